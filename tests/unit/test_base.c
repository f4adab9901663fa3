/* The small things of base: memory, buffers, clock, quantiles, log lines, status texts. */
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/quantile.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <heatscope/status.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(base, products_are_checked)
{
    int64_t out;
    cr_assert(mem_mul_i64(1 << 20, 1 << 20, &out));
    cr_assert_eq(out, (int64_t)1 << 40);
    cr_assert(mem_mul_i64(0, INT64_MAX, &out) && out == 0);
    cr_assert(!mem_mul_i64(INT64_MAX, 2, &out));
    cr_assert(!mem_mul_i64(-1, 2, &out));
    cr_assert(!mem_mul_i64(2, -1, &out));
    cr_assert_null(mem_resize(NULL, SIZE_MAX / 2, 3));
    char *zeroed = mem_zeroed(0, 8);
    cr_assert_not_null(zeroed);
    free(zeroed);
    char *text = mem_format("%s-%d", "a", 7);
    cr_assert_str_eq(text, "a-7");
    free(text);
}

Test(base, buffers_grow_and_stay_terminated)
{
    struct buf b = {0};
    for (int i = 0; i < 10000; i++)
        cr_assert(buf_append(&b, "abc", 3));
    cr_assert_eq(b.len, 30000);
    cr_assert_eq(strlen(b.data), 30000);
    cr_assert(buf_printf(&b, "[%05d]", 42));
    cr_assert_str_eq(b.data + 30000, "[00042]");
    cr_assert(buf_append(&b, NULL, 0));
    cr_assert(!buf_reserve(&b, SIZE_MAX));
    cr_assert(!buf_reserve(&b, SIZE_MAX - b.len));
    cr_assert_eq(b.len, 30007);
    buf_free(&b);
    cr_assert_null(b.data);
    buf_free(&b);
}

Test(base, clock)
{
    int64_t begin = clock_now_ns();
    clock_sleep_until_ns(begin + 5000000);
    cr_assert_geq(clock_now_ns(), begin + 5000000);
    clock_sleep_until_ns(begin); /* past: at once */
    cr_assert_gt(clock_unix_ns(), (int64_t)1600000000 * 1000000000);
}

Test(base, quantiles_within_their_bins)
{
    static struct quantile q;
    cr_assert(!(quantile_get(&q, 0.5) >= 0), "NaN while empty");
    for (int i = 1000; i >= 1; i--)
        quantile_add(&q, i * 0.01);
    quantile_add(&q, -1); /* no duration */
    cr_assert_eq(q.num, 1000);
    static const double ps[] = {0.01, 0.5, 0.95, 0.99};
    for (size_t i = 0; i < sizeof ps / sizeof *ps; i++)
        cr_assert_lt(fabs(quantile_get(&q, ps[i]) / (ps[i] * 10) - 1), 0.022, "p%g is %g", ps[i], quantile_get(&q, ps[i]));
    cr_assert_eq(q.max, 10);
    cr_assert_leq(quantile_get(&q, 1), 10);
    quantile_add(&q, 0);
    quantile_add(&q, 1e30);
    cr_assert_eq(q.max, 1e30);
    cr_assert_leq(quantile_get(&q, 0), 2e-6);
}

/* What `say` writes on stderr. */
static size_t capture(void (*say)(void), char *out, size_t out_size)
{
    int fds[2], old = dup(2);
    cr_assert_eq(pipe(fds), 0);
    dup2(fds[1], 2);
    say();
    dup2(old, 2);
    close(old);
    close(fds[1]);
    ssize_t len = read(fds[0], out, out_size - 1);
    close(fds[0]);
    out[len < 0 ? 0 : len] = 0;
    return (size_t)len;
}

static void say_hostile(void) { log_error("%s", "a\x1b[31mb\nc\x7f \xc2\x9b \xc3\xa4"); }
static void say_warning(void) { log_warn("%d", 5); }
static void say_info(void) { log_info("fine"); }

static void say_long(void)
{
    char text[5000];
    memset(text, '\x01', sizeof text - 1); /* each becomes four */
    text[sizeof text - 1] = 0;
    log_error("%s", text);
}

Test(base, log_lines_cannot_drive_a_terminal)
{
    static char out[8192];
    capture(say_hostile, out, sizeof out);
    cr_assert_str_eq(out, "heatscope: error: a\\x1b[31mb\\x0ac\\x7f \\u009b \xc3\xa4\n");
    capture(say_warning, out, sizeof out);
    cr_assert_str_eq(out, "heatscope: warning: 5\n");
    capture(say_info, out, sizeof out);
    cr_assert_str_eq(out, "heatscope: fine\n");
    size_t len = capture(say_long, out, sizeof out);
    cr_assert(len > 4000 && out[len - 1] == '\n');
    cr_assert_null(strchr(out, 1));
}

Test(base, status_texts)
{
    cr_assert_str_eq(hs_status_text(HS_OK), "ok");
    for (int i = 0; i <= HS_ERR_CANCELLED; i++)
        cr_assert_gt(strlen(hs_status_text((enum hs_status)i)), 1);
    cr_assert_str_eq(hs_status_text((enum hs_status)-1), "unknown status");
    cr_assert_str_eq(hs_status_text((enum hs_status)999), "unknown status");
}
