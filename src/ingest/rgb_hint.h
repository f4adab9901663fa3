/* Arrays that look like pictures with colours. Private to the sources of files. */
#ifndef INGEST_RGB_HINT_H
#define INGEST_RGB_HINT_H

#include "store/npy_file.h"

/* Of shape (H, W, 3) or (H, W, 4), of u1 or of floats from 0 to 1: an RGB picture, as imshow takes it. */
bool rgb_looks_like(struct npy_file *f);

#endif
