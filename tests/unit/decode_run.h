/* Runs bytes through a decoder, with what was said captured; and NumPy as the producer. */
#ifndef DECODE_RUN_H
#define DECODE_RUN_H

#include <criterion/criterion.h>
#include "base/memory.h"
#include "ingest/decode.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct run {
    struct counters counters;
    struct history *history;
    enum hs_status status;
    char log[8192]; /* what was said */
};

/* Decode it all; nothing is taken from the history. */
static inline struct run *run_bytes(const void *bytes, size_t len, struct decode_params p)
{
    struct run *run = calloc(1, sizeof *run);
    struct history_params params = {.budget_bytes = (size_t)64 << 20, .counters = &run->counters};
    run->history = history_create(&params);
    struct reader r;
    reader_init_memory(&r, bytes, len);
    p.history = run->history;
    p.counters = &run->counters;
    p.name = "test";
    int saved = dup(2), capture = memfd_create("log", MFD_CLOEXEC);
    dup2(capture, 2);
    run->status = decode_stream(&r, &p);
    dup2(saved, 2);
    cr_assert_geq(pread(capture, run->log, sizeof run->log - 1, 0), 0);
    close(saved);
    close(capture);
    reader_fini(&r);
    return run;
}

static inline struct run *run_text(const char *text, struct decode_params p)
{
    return run_bytes(text, strlen(text), p);
}

static inline void run_end(struct run *run)
{
    history_destroy(run->history);
    free(run);
}

#define COUNT(run, name) counter_get(&(run)->counters.name)

static inline struct frame *peek(struct run *run, uint64_t id)
{
    struct frame *f = history_peek(run->history, id);
    cr_assert_not_null(f, "frame %d is there: %s", (int)id, run->log);
    return f;
}

static inline double cell(const struct frame *f, int64_t row, int64_t col)
{
    return dtype_read(f->cells.dtype, array_cell(&f->cells, row, col));
}

static inline void expect_cells(const struct frame *f, int64_t rows, int64_t cols, const double *values)
{
    cr_assert(f->cells.rows == rows && f->cells.cols == cols, "%d x %d, not %d x %d", (int)f->cells.rows, (int)f->cells.cols,
              (int)rows, (int)cols);
    for (int64_t i = 0; i < rows * cols; i++) {
        double v = cell(f, i / cols, i % cols);
        cr_assert(v == values[i] || (isnan(v) && isnan(values[i])), "cell %d: %g, not %g", (int)i, v, values[i]);
    }
}
#define CELLS(...) ((const double[]){__VA_ARGS__})

/* The waterfall, which must be all there is to take. */
static inline struct frame *take_rows(struct run *run)
{
    char *settings = NULL;
    struct frame *f = history_take(run->history, &settings);
    free(settings);
    cr_assert(f && f->id == 0, "rows came: %s", run->log);
    return f;
}

/* What a script of NumPy writes to standard output (`out`); NULL where there is no NumPy. */
static inline char *numpy(const char *script, size_t *len)
{
    char *command = NULL;
    cr_assert_gt(asprintf(&command, "/usr/bin/python3 -c \"import sys, io, numpy as np\n"
                                    "out = sys.stdout.buffer\n"
                                    "def save(a, version=None): np.lib.format.write_array(out, a, version=version)\n"
                                    "%s\" 2>/dev/null",
                          script), 0);
    FILE *pipe = popen(command, "r");
    free(command);
    struct buf b = {0};
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, pipe)) > 0)
        cr_assert(buf_append(&b, piece, n));
    if (pclose(pipe) != 0) {
        buf_free(&b);
        return NULL;
    }
    *len = b.len;
    return b.data;
}

#define NUMPY_OR_SKIP(bytes, len, script)                              \
    size_t len;                                                        \
    char *bytes = numpy(script, &len);                                 \
    if (!bytes)                                                        \
        cr_skip_test("needs /usr/bin/python3 with NumPy")

#endif
