/* Sources that are files, pipes and FIFOs. */
#include "base/clock.h"
#include "ingest/complaints.h"
#include "ingest/source.h"
#include "source_fixture.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <sys/stat.h>

TestSuite(source, .init = set_up, .fini = tear_down, .timeout = 60);

/* --- files --- */

Test(source, a_mapped_file)
{
    double cells[6] = {1, 2, 3, 4, 5, 6};
    npy_write_file(path, "<f8", 0, "(2, 3)", cells, sizeof cells);
    struct source *s = open_spec(path);
    cr_assert(source_is_finite(s));
    cr_assert_str_eq(source_name(s), "a");
    struct frame *f = next_frame();
    cr_assert_null(f->bytes, "it isn't copied");
    cr_assert_eq(f->index, 0);
    cr_assert_eq(dtype_read(f->cells.dtype, array_cell(&f->cells, 1, 2)), 6);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
    cr_assert_eq(dtype_read(f->cells.dtype, array_cell(&f->cells, 1, 2)), 6, "frames outlive their source");
    done_with(f);
}

Test(source, swapped_and_fortran)
{
    uint16_t cells[12];
    for (int i = 0; i < 12; i++)
        cells[i] = __builtin_bswap16((uint16_t)(1000 + i));
    for (int fortran = 0; fortran < 2; fortran++) {
        npy_write_file(path, ">u2", fortran, "(2, 2, 3)", cells, sizeof cells);
        struct source *s = open_spec(path);
        for (int i = 0; i < 2; i++) {
            struct frame *f = next_frame();
            cr_assert_eq(f->index, i);
            for (int r = 0; r < 2; r++) {
                for (int c = 0; c < 3; c++)
                    cr_assert_eq(dtype_read(DTYPE_U2, array_cell(&f->cells, r, c)),
                                 1000 + (fortran ? i + 2 * (r + 2 * c) : 6 * i + 3 * r + c));
            }
            done_with(f);
        }
        wait_state(s, SOURCE_ENDED);
        source_close(s);
    }
}

static void write_sequence(int num)
{
    char shape[32];
    uint8_t cells[256];
    for (int i = 0; i < num; i++)
        cells[i] = (uint8_t)i;
    snprintf(shape, sizeof shape, "(%d, 1, 1)", num);
    npy_write_file(path, "|u1", 0, shape, cells, (size_t)num);
}

Test(source, a_sequence_in_its_pace)
{
    write_sequence(11);
    struct source_params p = params(path, NULL);
    p.fps = 100;
    int64_t begin = clock_now_ns();
    struct source *s = open_params(&p);
    for (int i = 0; i < 11; i++) {
        struct frame *f = next_frame();
        cr_assert_eq(f->index, i);
        cr_assert_eq(*(const uint8_t *)f->cells.data, i);
        done_with(f);
    }
    cr_assert_geq(ms_since(begin), 99);
    close_source(s);
    cr_assert_eq(counter_get(&counters.bytes_received), 11);
}

Test(source, one_frame_of_a_sequence)
{
    write_sequence(20);
    struct source_params p = params(path, NULL);
    p.only_frame = 7;
    struct source *s = open_params(&p);
    struct frame *f = next_frame();
    cr_assert_eq(*(const uint8_t *)f->cells.data, 7);
    cr_assert_eq(f->index, 7);
    done_with(f);
    wait_state(s, SOURCE_ENDED);
    cr_assert_eq(counter_get(&counters.frames_received), 1);
    p.only_frame = 20;
    cr_assert_eq(open_fails(&p), HS_ERR_USAGE);
    close_source(s);
}

Test(source, a_loop_goes_on)
{
    write_sequence(3);
    struct source_params p = params(path, NULL);
    p.loop = true;
    struct source *s = open_params(&p);
    cr_assert(!source_is_finite(s));
    for (int i = 0; i < 300; i++) {
        struct frame *f = next_frame();
        cr_assert_eq(f->index, i % 3);
        done_with(f);
    }
    close_source(s);
}

Test(source, records_in_a_file_and_looped)
{
    char record[512];
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < 3; i++)
        fwrite(record, 1, make_record(record, 10 * i), file);
    fclose(file);
    struct source *s = open_spec(path);
    for (int i = 0; i < 3; i++)
        expect_frame(10 * i);
    wait_state(s, SOURCE_ENDED);
    source_close(s);
    struct source_params p = params(path, NULL);
    p.loop = true;
    s = open_params(&p);
    for (int i = 0; i < 200; i++)
        expect_frame(10 * (i % 3));
    close_source(s);
}

Test(source, a_looped_file_without_frames_ends)
{
    FILE *file = fopen(path, "wb");
    fputs("{\"title\":\"nothing\"}\n", file);
    fclose(file);
    struct source_params p = params(path, NULL);
    p.loop = true;
    struct source *s = open_params(&p);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
}

Test(source, text_in_a_file_is_one_frame)
{
    FILE *file = fopen(path, "wb");
    fputs("1 2 3\n4 5 6\n", file);
    fclose(file);
    struct source *s = open_spec(path);
    expect_frame(1);
    close_source(s);
}

Test(source, raw_files)
{
    FILE *file = fopen(path, "wb");
    for (int i = 0; i < 12; i++)
        fputc(i, file);
    fclose(file);
    struct source_params p = params(path, NULL);
    p.raw = "u1,2x3";
    struct source *s = open_params(&p);
    expect_frame(0);
    expect_frame(6);
    close_source(s);
}

Test(source, what_fails_at_once)
{
    struct source_params p = params(dir, NULL);
    cr_assert_eq(open_fails(&p), HS_ERR_FORMAT);
    p.spec = "/nonexistent/file.npy";
    cr_assert_eq(open_fails(&p), HS_ERR_IO);
    p.spec = path;
    close(open(path, O_CREAT | O_WRONLY, 0600));
    cr_assert_eq(open_fails(&p), HS_ERR_FORMAT); /* empty */
    double cells[6] = {0};
    npy_write_file(path, "<f8", 0, "(200, 300)", cells, sizeof cells);
    cr_assert_eq(open_fails(&p), HS_ERR_FORMAT); /* truncated */
    p.raw = "f8,nonsense";
    cr_assert_eq(open_fails(&p), HS_ERR_USAGE);
    p.raw = NULL;
    static const char *const bad[] = {"tcp://nohost", "tcp://:5555", "tcp://host:99999", "tcp://host:", "unix://"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        p.spec = bad[i];
        cr_assert_eq(open_fails(&p), HS_ERR_USAGE, "%s", bad[i]);
    }
}

Test(source, a_file_as_standard_input)
{
    double cells[6] = {1, 2, 3, 4, 5, 6};
    npy_write_file(path, "<f8", 0, "(2, 3)", cells, sizeof cells);
    int fd = open(path, O_RDONLY);
    dup2(fd, 0);
    close(fd);
    cr_assert_eq(source_default_policy("-", NULL, true), POLICY_ALL);
    struct source *s = open_spec("-");
    cr_assert_str_eq(source_name(s), "stdin");
    expect_frame(1);
    close_source(s);
}

/* --- pipes --- */

Test(source, a_pipe_as_standard_input)
{
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    dup2(fds[0], 0);
    close(fds[0]);
    cr_assert_eq(source_default_policy("-", NULL, true), POLICY_LATEST);
    cr_assert_eq(source_default_policy("-", NULL, false), POLICY_ALL);
    struct source *s = open_spec("-");
    for (int i = 0; i < 5; i++) {
        send_record(fds[1], i);
        expect_frame(i);
    }
    cr_assert_eq(source_state(s), SOURCE_LIVE);
    close(fds[1]);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
}

Test(source, a_pipe_whose_writer_is_gone_already)
{
    int fds[2];
    char spec[32];
    cr_assert_eq(pipe(fds), 0);
    send_record(fds[1], 3);
    close(fds[1]);
    snprintf(spec, sizeof spec, "/dev/fd/%d", fds[0]); /* as <(cmd) gives it */
    struct source *s = open_spec(spec);
    expect_frame(3);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
    close(fds[0]);
}

Test(source, a_fifo_waits_for_its_writer_and_ends_with_it)
{
    cr_assert_eq(mkfifo(path, 0600), 0);
    cr_assert_eq(source_default_policy(path, NULL, true), POLICY_LATEST);
    struct source *s = open_spec(path);
    usleep(30000);
    cr_assert_eq(source_state(s), SOURCE_LIVE);
    int fd = open(path, O_WRONLY);
    send_record(fd, 8);
    expect_frame(8);
    close(fd);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
}

Test(source, closing_while_a_fifo_waits)
{
    cr_assert_eq(mkfifo(path, 0600), 0);
    struct source *s = open_spec(path);
    usleep(10000);
    close_source(s);
}

Test(source, a_record_cut_short_fails)
{
    int fds[2];
    char spec[32], record[512];
    cr_assert_eq(pipe(fds), 0);
    size_t len = make_record(record, 1);
    cr_assert_eq(write(fds[1], record, len - 5), (ssize_t)len - 5);
    close(fds[1]);
    snprintf(spec, sizeof spec, "/dev/fd/%d", fds[0]);
    struct source *s = open_spec(spec);
    wait_state(s, SOURCE_FAILED);
    cr_assert_eq(counter_get(&counters.frames_received), 0);
    close_source(s);
    close(fds[0]);
}

static atomic_int num_changes;

static void count_change(void *arg)
{
    (void)arg;
    num_changes++;
}

Test(source, tells_of_changes)
{
    write_sequence(2);
    struct source_params p = params(path, NULL);
    p.changed = count_change;
    struct source *s = open_params(&p);
    wait_state(s, SOURCE_ENDED);
    close_source(s);
    cr_assert_eq(num_changes, 2); /* live, ended */
}

/* The file on show by then is another one. */
Test(source, a_complaint_about_a_file_of_a_directory_names_it)
{
    char good[96], bad[96];
    snprintf(good, sizeof good, "%s/b.npy", dir);
    snprintf(bad, sizeof bad, "%s/a.npy", dir);
    FILE *f = fopen(bad, "wb");
    fputs("no matrix", f);
    fclose(f);
    char record[512];
    f = fopen(good, "wb");
    fwrite(record, 1, make_record(record, 1), f);
    fclose(f);
    struct source *s = open_spec(dir);
    done_with(next_frame());
    char last[COMPLAINT_BYTES], waiting[COMPLAINT_BYTES];
    cr_assert_eq(complaints_read(source_complaints(s), last, waiting), 1);
    cr_assert(strncmp(last, "a.npy: ", 7) == 0, "%s", last);
    close_source(s);
    unlink(good);
    unlink(bad);
}
