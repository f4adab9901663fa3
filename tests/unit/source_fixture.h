/* What the tests of sources share: a history, a place for files, records of 2 x 3 float64. */
#ifndef TESTS_SOURCE_FIXTURE_H
#define TESTS_SOURCE_FIXTURE_H

#include "base/clock.h"
#include "ingest/source.h"
#include "npy_bytes.h"
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdlib.h>

static char dir[64], path[80];
static struct counters counters;
static struct history *history;

static inline void set_up(void)
{
    snprintf(dir, sizeof dir, "/tmp/hs_source_XXXXXX");
    cr_assert(mkdtemp(dir));
    snprintf(path, sizeof path, "%s/a", dir);
    struct history_params p = {.policy = POLICY_ALL, .counters = &counters};
    history = history_create(&p);
}

static inline void tear_down(void)
{
    history_destroy(history);
    unlink(path);
    rmdir(dir);
}

static inline struct source_params params(const char *spec, const char *listen)
{
    return (struct source_params){.spec = spec, .listen = listen, .history = history, .counters = &counters, .only_frame = -1};
}

static inline struct source *open_params(const struct source_params *p)
{
    struct source *s;
    cr_assert_eq(source_open(p, &s), HS_OK);
    return s;
}

static inline struct source *open_spec(const char *spec)
{
    struct source_params p = params(spec, NULL);
    return open_params(&p);
}

static inline struct source *open_listen(const char *listen)
{
    struct source_params p = params(NULL, listen);
    return open_params(&p);
}

static inline enum hs_status open_fails(const struct source_params *p)
{
    struct source *s;
    enum hs_status status = source_open(p, &s);
    cr_assert_null(s);
    return status;
}

static inline int64_t ms_since(int64_t begin_ns) { return (clock_now_ns() - begin_ns) / 1000000; }

/* The next frame, waited for. */
static inline struct frame *next_frame(void)
{
    struct frame *f;
    for (int64_t begin = clock_now_ns(); !(f = history_take(history, NULL)) && ms_since(begin) < 5000;)
        usleep(500);
    cr_assert(f, "no frame came");
    return f;
}

static inline void done_with(struct frame *f)
{
    history_shown(history, f);
    history_release(history, f);
}

static inline void wait_state(struct source *s, enum source_state state)
{
    for (int64_t begin = clock_now_ns(); source_state(s) != state && ms_since(begin) < 5000;)
        usleep(500);
    cr_assert_eq(source_state(s), state);
}

/* It must be prompt, whatever the source is doing. */
static inline void close_source(struct source *s)
{
    history_cancel(history);
    int64_t begin = clock_now_ns();
    source_close(s);
    cr_assert_lt(ms_since(begin), 1000);
}

/* A record of 2 x 3 float64 whose cells are value, value + 1, ... */
static inline size_t make_record(char *out, double value)
{
    size_t len = npy_make_header(out, "<f8", 0, "(2, 3)");
    for (int i = 0; i < 6; i++) {
        double cell = value + i;
        memcpy(out + len, &cell, 8);
        len += 8;
    }
    return len;
}

static inline void send_record(int fd, double value)
{
    char record[512];
    size_t len = make_record(record, value);
    cr_assert_eq(write(fd, record, len), (ssize_t)len);
}

static inline void expect_frame(double value)
{
    struct frame *f = next_frame();
    cr_assert(f->cells.rows == 2 && f->cells.cols == 3);
    for (int i = 0; i < 6; i++)
        cr_assert_eq(dtype_read(f->cells.dtype, array_cell(&f->cells, i / 3, i % 3)), value + i);
    done_with(f);
}

#endif
