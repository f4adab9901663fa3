/* The order of a directory's files. */
#ifndef INGEST_SOURCE_DIR_H
#define INGEST_SOURCE_DIR_H

/* As strcmp, but numbers in the names count by their value: f2 before f10. Never 0 for different names. */
int source_dir_compare(const char *a, const char *b);

#endif
