/* Names of rows of text: of a frame's, and of the newest rows of a waterfall. One thread. */
#ifndef INGEST_DECODE_ROW_NAMES_H
#define INGEST_DECODE_ROW_NAMES_H

#include "ingest/decode_cells.h"
#include "data/meta.h"

enum { ROW_NAMES_KEPT = 4096 }; /* of a waterfall */

/* bare (may be NULL) with these row labels, which it takes over. NULL: no memory. */
struct meta *row_names_meta(const struct meta *bare, struct names *names);
/* Behind those kept, which become the newest few; `more` is empty afterwards. */
void row_names_keep(struct names *kept, struct names *more);
/* bare with a copy of these as labels of a waterfall's newest rows. NULL: no memory. */
struct meta *row_names_newest(const struct meta *bare, const struct names *kept);

#endif
