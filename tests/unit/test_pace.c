/* The pace of files: by --fps, by their stamps, at another speed; and that waiting can be given up. */
#include "base/clock.h"
#include "ingest/source.h"
#include "source_fixture.h"
#include <criterion/criterion.h>
#include <math.h>

TestSuite(pace, .init = set_up, .fini = tear_down, .timeout = 60);

/* A record per stamp (ms from an arbitrary time; < 0: none). */
static void write_records(const int *stamps_ms, int num)
{
    char record[512];
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < num; i++) {
        if (stamps_ms[i] >= 0)
            fprintf(file, "{\"t_ns\": %lld}\n", 1700000000000000000ll + stamps_ms[i] * 1000000ll);
        fwrite(record, 1, make_record(record, i), file);
    }
    fclose(file);
}

/* Plays it; at_ms[i] is when frame i came. */
static struct source *play(double fps, double speed, int num, int64_t *at_ms)
{
    struct source_params p = params(path, NULL);
    p.fps = fps;
    struct source *s = open_params(&p);
    source_set_speed(s, speed);
    int64_t begin = 0;
    for (int i = 0; i < num; i++) {
        struct frame *f = next_frame();
        begin = i ? begin : f->arrived_ns;
        at_ms[i] = (f->arrived_ns - begin) / 1000000;
        cr_assert_eq(dtype_read(f->cells.dtype, array_cell(&f->cells, 0, 0)), i);
        done_with(f);
    }
    return s;
}

/* Never early; how late a busy machine makes them is not ours to test, but for hanging. */
static void expect_times(const int64_t *at_ms, const int *wanted_ms, int num)
{
    for (int i = 0; i < num; i++)
        cr_assert(at_ms[i] >= wanted_ms[i] - 1 && at_ms[i] < wanted_ms[i] + 5000, "frame %d came after %d ms, wanted %d", i, (int)at_ms[i],
                  wanted_ms[i]);
}

Test(pace, stamps_are_kept)
{
    static const int stamps[] = {5000, 5010, 5100, 5300};
    int64_t at[4];
    write_records(stamps, 4);
    close_source(play(NAN, 1, 4, at));
    expect_times(at, (const int[]){0, 10, 100, 300}, 4);
}

Test(pace, speed_divides_the_distance)
{
    static const int stamps[] = {5000, 5200, 6000, 6800};
    int64_t at[4];
    write_records(stamps, 4);
    close_source(play(NAN, 4, 4, at));
    expect_times(at, (const int[]){0, 50, 250, 450}, 4);
}

Test(pace, without_stamps_30_a_second)
{
    static const int stamps[] = {-1, -1, -1, -1};
    int64_t at[4];
    write_records(stamps, 4);
    close_source(play(NAN, 1, 4, at));
    expect_times(at, (const int[]){0, 33, 66, 100}, 4);
}

Test(pace, fps_wins_over_stamps)
{
    static const int stamps[] = {5000, 65000, 65001};
    int64_t at[3];
    write_records(stamps, 3);
    close_source(play(20, 1, 3, at));
    expect_times(at, (const int[]){0, 50, 100}, 3);
}

Test(pace, stamps_that_go_back_or_stand)
{
    static const int stamps[] = {5000, 5000, 5100, 100, 200};
    int64_t at[5];
    write_records(stamps, 5);
    close_source(play(NAN, 1, 5, at));
    expect_times(at, (const int[]){0, 33, 100, 133, 233}, 5);
}

Test(pace, a_text_file_is_paced)
{
    FILE *file = fopen(path, "w");
    fputs("0 1\n2 3\n\n1 1\n2 3\n\n2 1\n2 3\n", file);
    fclose(file);
    int64_t at[3];
    close_source(play(10, 1, 3, at));
    expect_times(at, (const int[]){0, 100, 200}, 3);
}

Test(pace, a_long_wait_takes_a_new_speed_and_is_given_up)
{
    static const int stamps[] = {0, 100000, 10000000};
    write_records(stamps, 3);
    struct source_params p = params(path, NULL);
    p.fps = NAN;
    struct source *s = open_params(&p);
    done_with(next_frame());
    source_set_speed(s, 1e5);
    int64_t begin = clock_now_ns();
    done_with(next_frame());
    cr_assert_lt(ms_since(begin), 10000); /* 100 s without the new speed */
    source_set_speed(s, 1);
    close_source(s); /* prompt, says the fixture */
    cr_assert_eq(counter_get(&counters.frames_received), 2);
}
