/* Is a file a table of numbers at all? Private to the sources of files. */
#ifndef INGEST_PROSE_H
#define INGEST_PROSE_H

#include <stdbool.h>

/* The beginning of the file at fd's offset (which stays) is text in which most lines hold no row of numbers, although some could be
 * taken for one: a program, a letter. Then *words of its first *lines lines are such. Names above a table are no such lines. */
bool prose_is_most(int fd, int *words, int *lines);

#endif
