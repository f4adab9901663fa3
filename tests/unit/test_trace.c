/* The trace: quantiles, a file that is JSON at the end and line by line, bounded memory, names of threads. */
#include "base/trace.h"
#include <criterion/criterion.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(trace, null_is_fine)
{
    trace_add(NULL, TRACE_DRAW, 1, 0, 5);
    trace_picture(NULL, 1);
    trace_flush(NULL);
    trace_destroy(NULL);
    float ms[TRACE_NUM_FRAMES];
    cr_assert_eq(trace_pictures(NULL, ms), 0);
    cr_assert_eq(trace_now(NULL), 0);
}

Test(trace, counts_each_stage_apart)
{
    struct trace *t;
    struct quantile q;
    cr_assert_eq(trace_create(NULL, &t), HS_OK);
    for (int i = 1; i <= 100; i++)
        trace_add(t, TRACE_REDUCE, (uint64_t)i, 0, i * 1000000ll);
    trace_add(t, TRACE_DRAW, 1, 10, 5); /* runs backwards: not counted */
    trace_stage_quantiles(t, TRACE_REDUCE, &q);
    cr_assert_eq(q.num, 100);
    cr_assert(fabs(quantile_get(&q, .5) - 50) < 3);
    cr_assert(fabs(quantile_get(&q, .95) - 95) < 4);
    trace_stage_quantiles(t, TRACE_DRAW, &q);
    cr_assert_eq(q.num, 0);
    trace_destroy(t);
}

Test(trace, keeps_the_last_pictures)
{
    struct trace *t;
    float ms[TRACE_NUM_FRAMES];
    cr_assert_eq(trace_create(NULL, &t), HS_OK);
    trace_picture(t, 7);
    cr_assert_eq(trace_pictures(t, ms), 1);
    cr_assert_float_eq(ms[0], 7, 1e-6);
    for (int i = 0; i < 1000; i++)
        trace_picture(t, i);
    cr_assert_eq(trace_pictures(t, ms), TRACE_NUM_FRAMES);
    cr_assert_float_eq(ms[0], 1000 - TRACE_NUM_FRAMES, 1e-6);
    cr_assert_float_eq(ms[TRACE_NUM_FRAMES - 1], 999, 1e-6);
    trace_destroy(t);
}

static int count(const char *path, const char *what)
{
    FILE *f = fopen(path, "r");
    cr_assert_not_null(f);
    char line[512];
    int num = 0;
    while (fgets(line, sizeof line, f))
        num += strstr(line, what) != NULL;
    fclose(f);
    return num;
}

static void *add_some(void *arg)
{
    pthread_setname_np(pthread_self(), "a \"thread\"");
    for (int i = 0; i < 1000; i++)
        trace_add(arg, TRACE_RECEIVE, (uint64_t)i, i, i + 1);
    return NULL;
}

Test(trace, file_holds_every_event_of_every_thread)
{
    char path[] = "/tmp/heatscope-trace-XXXXXX";
    close(mkstemp(path));
    struct trace *t;
    cr_assert_eq(trace_create(path, &t), HS_OK);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, add_some, t);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    trace_add(t, TRACE_DRAW, 17, 0, 1500);
    trace_flush(t);
    cr_assert_eq(count(path, "\"receive\""), 4000); /* on disk before the end: a killed program leaves them, too */
    cr_assert_eq(count(path, "a ?thread?"), 4);
    trace_destroy(t);
    cr_assert_eq(count(path, "\"dur\": 1.500, \"args\": {\"frame\": 16}"), 1);
    cr_assert_eq(count(path, "]"), 1);
    unlink(path);
}

Test(trace, memory_is_bounded)
{
    char path[] = "/tmp/heatscope-trace-XXXXXX";
    close(mkstemp(path));
    struct trace *t;
    cr_assert_eq(trace_create(path, &t), HS_OK);
    for (int i = 0; i < 100000; i++)
        trace_add(t, TRACE_DRAW, 1, 0, 1);
    trace_destroy(t);
    int num = count(path, "\"draw\"");
    cr_assert(num > 0 && num < 100000, "%d", num);
    unlink(path);
}

Test(trace, file_that_cannot_be)
{
    struct trace *t;
    cr_assert_eq(trace_create("/dev/null/trace.json", &t), HS_ERR_IO);
}
