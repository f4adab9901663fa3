/* decode: lines of text, and the numbers in them. */
#include <criterion/criterion.h>
#include "unit/decode_run.h"
#include "ingest/decode_internal.h"
#include <locale.h>
#include <pthread.h>

/* The text is one frame of these cells. */
static struct frame *expect_text(struct run *run, int64_t rows, int64_t cols, const double *values)
{
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    cr_assert_eq(COUNT(run, frames_received), 1);
    struct frame *f = peek(run, 1);
    cr_assert_eq(f->cells.dtype, DTYPE_F8);
    expect_cells(f, rows, cols, values);
    return f;
}

static void expect_clean(const char *text, int64_t rows, int64_t cols, const double *values)
{
    struct run *run = run_text(text, (struct decode_params){.one_array = true});
    struct frame *f = expect_text(run, rows, cols, values);
    cr_assert(COUNT(run, records_rejected) == 0 && !run->log[0], "%s", run->log);
    history_release(run->history, f);
    run_end(run);
}

Test(text, cells)
{
    expect_clean("1 2\n3 4\n", 2, 2, CELLS(1, 2, 3, 4));
    expect_clean("  1\t2 \n\n", 1, 2, CELLS(1, 2));
    expect_clean("\xef\xbb\xbf" "1,2\r\n3 , 4\r\n", 2, 2, CELLS(1, 2, 3, 4));
    expect_clean("1,,3\n,,\n,2,\n", 3, 3, CELLS(1, NAN, 3, NAN, NAN, NAN, NAN, 2, NAN));
    expect_clean("1\t\t3\n\t\t\n\t2\t", 3, 3, CELLS(1, NAN, 3, NAN, NAN, NAN, NAN, 2, NAN));
    expect_clean("nan inf -inf\nNaN +Inf -Infinity\n", 2, 3, CELLS(NAN, INFINITY, -INFINITY, NAN, INFINITY, -INFINITY));
    expect_clean("# head\n1 2 # tail\n# between\n   # blanks\n3 4\n", 2, 2, CELLS(1, 2, 3, 4));
    expect_clean("1\n2\n3", 3, 1, CELLS(1, 2, 3));
    expect_clean("1,2\n3\t4\n5 6\n", 3, 2, CELLS(1, 2, 3, 4, 5, 6));
    expect_clean("\"1\",\"2.5\"\n3,\"\"\n", 2, 2, CELLS(1, 2.5, 3, NAN));
    expect_clean("+1e2 -.5 5. 1E-3 007\n", 1, 5, CELLS(100, -0.5, 5, 1e-3, 7));
}

static void expect_labels(char *const *labels, int64_t num, const char *joined)
{
    char got[256] = "";
    for (int64_t i = 0; i < num; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%s%s", i ? "|" : "", labels[i]);
    cr_assert_str_eq(got, joined);
}

static void expect_labelled(const char *text, const char *cols, const char *rows)
{
    struct run *run = run_text(text, (struct decode_params){.one_array = true});
    struct frame *f = expect_text(run, 2, 2, CELLS(1, 2, 3, 4));
    cr_assert_eq(COUNT(run, records_rejected), 0, "%s", run->log);
    expect_labels(f->meta ? f->meta->col_labels : NULL, f->meta ? f->meta->num_col_labels : 0, cols);
    expect_labels(f->meta ? f->meta->row_labels : NULL, f->meta ? f->meta->num_row_labels : 0, rows);
    history_release(run->history, f);
    run_end(run);
}

Test(text, labels)
{
    expect_labelled("a,b\n1,2\n3,4\n", "a|b", "");
    expect_labelled("a b\n1 2\n3 4\n", "a|b", "");
    expect_labelled(",a,b\nx,1,2\ny,3,4\n", "a|b", "x|y");
    expect_labelled(",a,b\n0,1,2\n1,3,4\n", "a|b", "0|1");     /* pandas' index */
    expect_labelled(",0,1\n0,1,2\n1,3,4\n", "0|1", "0|1");     /* pandas without names */
    expect_labelled("name,a,b\nx,1,2\ny,3,4\n", "a|b", "x|y");
    expect_labelled("a b\nx 1 2\ny 3 4\n", "a|b", "x|y");      /* R's write.table */
    expect_labelled("x 1 2\ny 3 4\n", "", "x|y");
    expect_labelled("\"\",\"a, b\",\"c\"\"d\"\n\"x\",1,2\n\"\",3,4\n", "a, b|c\"d", "x|");
    expect_labelled("\xe9,\xc3\xa9\n1,2\n3,4\n", "?|\xc3\xa9", ""); /* Latin-1 isn't UTF-8 */
    expect_labelled("something before\nno names of columns these\na b\n1 2\n3 4\n", "a|b", "");
    expect_labelled("three words here\n1 2\n3 4\n", "", "");
    expect_labelled("a;b\n1;2\n3;4\n", "a|b", "");
    expect_labelled("Temp, \xc2\xb0" "C;b\n1,0;2\n3;4,0\n", "Temp, \xc2\xb0" "C|b", "");
    expect_labelled("a,b\n\"x;y\",1,2\nz,3,4\n", "a|b", "x;y|z");
    expect_labelled("name,a\n1,2\n3,4\n", "name|a", "");
    expect_labelled("{\"col_labels\":[\"p\",\"q\"]}\n1 2\n3 4\n", "p|q", "");
}

/* Names with blanks, as pandas prints them: gaps of two blanks, or their place, part them. */
Test(text, names_with_blanks)
{
    expect_labelled("          a b   c d\nTemp \xc2\xb0" "C  1.0   2.0\np (hPa)  3.0   4.0\n", "a b|c d",
                    "Temp \xc2\xb0" "C|p (hPa)");
    expect_labelled("   a b c d\nx  1.0 2.0\ny  3.0 4.0\n", "a b|c d", "x|y");          /* by place, at the right */
    expect_labelled("  a b c d\nx 1   2\ny 3   4\n", "a b|c d", "x|y");                 /* at the left */
    expect_labelled("   \xc2\xb0 b c d\nx  1.0 2.0\ny  3.0 4.0\n", "\xc2\xb0 b|c d", "x|y");
    expect_labelled("   a  b\n0  1  2\n1  3  4\n", "a|b", "0|1");                       /* pandas' index */
    expect_labelled("   0  1\n0  1  2\n1  3  4\n", "0|1", "0|1");
    expect_labelled("     a  b\nvar      \nx    1  2\ny    3  4\n", "a|b", "x|y");     /* an index with a name */
    expect_labelled("            a    b\nSensor 1  1.0  2.0\nSensor 2  3.0  4.0\n", "a|b", "Sensor 1|Sensor 2");
    expect_labelled("x 1 2\nSensor 1  3 4\n", "", "x|Sensor 1");
    expect_labelled("12:00 all 1 2\n12:01 all 3 4\n", "", "12:00 all|12:01 all");
    expect_labelled("12:00 CPU %usr %sys\n12:00 all 1 2\n12:01 all 3 4\n", "%usr|%sys", "12:00 all|12:01 all");
}

Test(text, pandas_and_savetxt)
{
    NUMPY_OR_SKIP(bytes, len, "np.savetxt(out, np.array([[1, 2], [3, 4]]), header='a b'); out.write(b'\\n')\n"
                              "np.savetxt(out, np.array([[1/3, -2e-300], [3e99, np.nan]]), delimiter=',')\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){.lines = LINES_FRAMES, .live = true});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 2 && !run->log[0], "%s", run->log);
    struct frame *f = peek(run, 2);
    expect_cells(f, 2, 2, CELLS(1.0 / 3, -2e-300, 3e99, NAN));
    history_release(run->history, f);
    run_end(run);
    free(bytes);
}

Test(text, ragged_and_wrong_rows)
{
    struct run *run = run_text("1 2\n3\n4 5 6\n7 x\n8 9\nx 1 2\n7 8 9\n", (struct decode_params){.one_array = true});
    struct frame *f = expect_text(run, 2, 2, CELLS(1, 2, 8, 9));
    cr_assert_eq(COUNT(run, records_rejected), 5);
    cr_assert(strstr(run->log, "line 2: a row of 1 cells among rows of 2"), "%s", run->log);
    cr_assert(strstr(run->log, "line 4: \"x\" isn't a number"), "%s", run->log);
    cr_assert_null(strstr(run->log, "line 7"), "said for line 3 already: %s", run->log);
    history_release(run->history, f);
    run_end(run);
}

/* What a row loses is said and counted; what a text says of it. */
static void expect_said(const char *text, int64_t rows, int64_t cols, const double *values, uint64_t rejected, const char *said)
{
    struct run *run = run_text(text, (struct decode_params){.one_array = true});
    struct frame *f = expect_text(run, rows, cols, values);
    cr_assert_eq(COUNT(run, records_rejected), rejected, "%s", run->log);
    char *end = strchr(run->log, '\n');
    cr_assert(strstr(run->log, said) && end && !end[1], "one line: %s", run->log);
    history_release(run->history, f);
    run_end(run);
}

Test(text, decimal_commas)
{
    expect_clean("1;2,5\n3;4,5\n", 2, 2, CELLS(1, 2.5, 3, 4.5));
    expect_clean("1.5;-2,5e1\n;,25\n", 2, 2, CELLS(1.5, -25, NAN, 0.25));
    expect_clean("1;12345678901234567890,5\n", 1, 2, CELLS(1, 12345678901234567890.5)); /* more digits than the quick way takes */
    expect_clean("1,2\n3,4\n", 2, 2, CELLS(1, 2, 3, 4));
    expect_said("1;2\n3;1.234,5\n", 2, 2, CELLS(1, 2, 3, NAN), 0, "line 2: \"1.234,5\" isn't a number: counts as NaN");
    expect_said("1,2,3\n4,a; b,6\n", 2, 3, CELLS(1, 2, 3, 4, NAN, 6), 0, "\"a; b\"");
}

Test(text, cells_of_words)
{
    expect_said("1,2,3\n4,abc,6\nx,8,y\n", 3, 3, CELLS(1, 2, 3, 4, NAN, 6, NAN, 8, NAN), 0,
                "line 2: \"abc\" isn't a number: counts as NaN");
    expect_said("1,x,3\n4,5,6\n", 2, 3, CELLS(1, NAN, 3, 4, 5, 6), 0, "line 1: \"x\" isn't a number");
    expect_said("1,12:00,3\n", 1, 3, CELLS(1, NAN, 3), 0, "\"12:00\" isn't a number");
    expect_said("1\tx\n2\ty\n", 2, 2, CELLS(1, NAN, 2, NAN), 0, "counts as NaN");
    expect_said(",a,name\n0,1,p\n1,2,q r\n", 2, 2, CELLS(1, NAN, 2, NAN), 0, "line 2: \"p\" isn't a number");
    expect_said("1,2\nx,y\n3,4\nz,w\n", 2, 2, CELLS(1, 2, 3, 4), 2, "line 2: \"x,y\" holds no number: row left out");
    expect_said("1 2\n3 x\n", 1, 2, CELLS(1, 2), 1, "line 2: \"x\" isn't a number: row left out");
    expect_said("x 1 2\ny 1\nz w 3 4 5\n", 1, 2, CELLS(1, 2), 2, "line 2: a row of 1 cells among rows of 2: row left out");
}

Test(text, first_lines_that_are_no_rows)
{
    expect_said("Results of run 5\n1 2\n3 4\n", 2, 2, CELLS(1, 2, 3, 4), 1, "\"Results of run 5\" above this line");
    expect_said("Results of run 5\n\n1 2\n3 4\n\nwritten in s 6\n", 2, 2, CELLS(1, 2, 3, 4), 2, "row left out");
    expect_said("Measured,5,6 m,7\n1,2\n3,4\n", 2, 2, CELLS(1, 2, 3, 4), 1, "row left out");
    expect_said("a b c\n1 2\n3 4\n", 2, 2, CELLS(1, 2, 3, 4), 0, "don't split into 2 names");
    struct run *run = run_text("p (hPa) 1 2\n", (struct decode_params){.live = true});
    cr_assert(COUNT(run, rows_received) == 1 && COUNT(run, records_rejected) == 0, "alone it is a row: %s", run->log);
    run_end(run);
}

/* Years and bins name columns; rows of data don't. */
Test(text, names_that_are_numbers)
{
    expect_labelled("time,2020,2021\na,1,2\nb,3,4\n", "2020|2021", "a|b");
    expect_labelled("time;2020;2021\na;1;2\nb;3;4\n", "2020|2021", "a|b");
    expect_labelled(",10,20\na,1,2\nb,3,4\n", "10|20", "a|b");
    expect_labelled("t,10,20\n0,1,2\n1,3,4\n", "10|20", "0|1"); /* a number under the word: the row's, as the columns have */
    expect_labelled("t,1990,1995\n0,1,2\n1,3,4\n", "1990|1995", "0|1");
    expect_labelled("t,0.5,1.5\n0,1,2\n1,3,4\n", "0.5|1.5", "0|1");
    expect_clean("a,0.5,1.5,2.5\nb,0.1,0.5,0.6\n", 2, 3, CELLS(0.5, 1.5, 2.5, 0.1, 0.5, 0.6));
    expect_labelled("     2020 2021\nx y     1    2\nb       3    4\n", "2020|2021", "x y|b");
    expect_labelled("a,1,2\nb,3,4\n", "", "a|b");
    expect_labelled(" 1 2\n 3 4\n", "", "");
    expect_clean("f,10,20,50\na,0.1,.5,nan\n", 1, 3, CELLS(0.1, 0.5, NAN));
    expect_clean("a,10,20,50\nb,0.1,5,6\n", 2, 3, CELLS(10, 20, 50, 0.1, 5, 6));
    expect_clean("a,2021,2020\nb,1,2\n", 2, 2, CELLS(2021, 2020, 1, 2));
    expect_clean("a,2020\nb,1\n", 2, 1, CELLS(2020, 1));
    struct run *run = run_text("a 1 2\nb 3 4\n", (struct decode_params){.live = true});
    cr_assert(COUNT(run, rows_received) == 2 && COUNT(run, records_rejected) == 0, "%s", run->log);
    run_end(run);
}

Test(text, frames_by_blank_lines)
{
    struct run *run = run_text("\n1 2\n3 4\n\n \n{\"title\":\"x\",\"t_ns\":5}\n5\n6\n7\n\n8 9", (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 3 && COUNT(run, rows_received) == 0);
    struct frame *f = peek(run, 1), *g = peek(run, 2), *k = peek(run, 3);
    expect_cells(f, 2, 2, CELLS(1, 2, 3, 4));
    expect_cells(g, 3, 1, CELLS(5, 6, 7));
    expect_cells(k, 1, 2, CELLS(8, 9));
    cr_assert(g->t_ns == 5 && k->t_ns == 0 && f->t_ns == 0);
    history_release(run->history, f);
    history_release(run->history, g);
    history_release(run->history, k);
    run_end(run);
}

Test(text, live_decides_at_the_first_blank_line)
{
    struct decode_params live = {.live = true};
    struct run *run = run_text("1 2\n3 4\n", live);
    cr_assert(COUNT(run, rows_received) == 2 && COUNT(run, frames_received) == 0);
    struct frame *f = take_rows(run);
    expect_cells(f, 2, 2, CELLS(1, 2, 3, 4));
    history_release(run->history, f);
    run_end(run);

    run = run_text("1 2\n3 4\n\n5 6\n7 8\n\n9 9\n", live);
    cr_assert(COUNT(run, rows_received) == 2 && COUNT(run, frames_received) == 3, "%s", run->log);
    f = peek(run, 1);
    expect_cells(f, 2, 2, CELLS(1, 2, 3, 4));
    history_release(run->history, f);
    f = peek(run, 2);
    expect_cells(f, 2, 2, CELLS(5, 6, 7, 8));
    history_release(run->history, f);
    run_end(run);

    run = run_text("1 2\n\n3 4\n", (struct decode_params){.live = true, .lines = LINES_ROWS});
    cr_assert(COUNT(run, rows_received) == 2 && COUNT(run, frames_received) == 0);
    run_end(run);
    run = run_text("1 2\n3 4\n", (struct decode_params){.live = true, .lines = LINES_FRAMES});
    cr_assert(COUNT(run, rows_received) == 0 && COUNT(run, frames_received) == 1);
    run_end(run);
}

Test(text, vmstat)
{
    struct buf b = {0};
    for (int i = 0; i < 3; i++) {
        cr_assert(buf_printf(&b, "procs -----------memory---------- ---swap-- -----io---- -system-- ------cpu-----\n"
                                 " r  b   swpd   free   buff  cache   si   so    bi    bo   in   cs us sy id wa st\n"));
        for (int j = 0; j < 20; j++)
            cr_assert(buf_printf(&b, " %d  0      0 5964716 161580 1387080    0    0    20    18  111  195  1  0 99  0  0\n", j));
    }
    struct run *run = run_text(b.data, (struct decode_params){.live = true});
    cr_assert(run->status == HS_OK && COUNT(run, rows_received) == 60 && COUNT(run, records_rejected) == 0, "%s", run->log);
    struct frame *f = take_rows(run);
    cr_assert(f->cells.rows == 60 && f->cells.cols == 17 && f->meta && f->meta->num_col_labels == 17);
    cr_assert(strcmp(f->meta->col_labels[3], "free") == 0 && cell(f, 59, 0) == 19);
    history_release(run->history, f);
    run_end(run);
    buf_free(&b);
}

Test(text, very_wide)
{
    struct buf b = {0};
    for (int row = 0; row < 3; row++)
        for (int i = 0; i < 100000; i++)
            cr_assert(buf_printf(&b, "%d%c", i + row, i == 99999 ? '\n' : ','));
    struct run *run = run_bytes(b.data, b.len, (struct decode_params){0});
    struct frame *f = peek(run, 1);
    cr_assert(f->cells.rows == 3 && f->cells.cols == 100000 && cell(f, 2, 99999) == 100001);
    history_release(run->history, f);
    run_end(run);
    buf_free(&b);
}

Test(text, lines_have_a_limit)
{
    size_t len = (16 << 20) + 100;
    char *text = malloc(len);
    memset(text, '1', len);
    memcpy(text, "1 2\n", 4);
    struct run *run = run_bytes(text, len, (struct decode_params){.live = true});
    cr_assert(run->status == HS_ERR_FORMAT && strstr(run->log, "line 2 is longer than 16 MiB"), "%s", run->log);
    cr_assert_eq(COUNT(run, rows_received), 1, "what was complete counts");
    run_end(run);
    free(text);
}

Test(text, what_else_may_stand_between_rows)
{
    struct run *run = run_text("a \"b # c\" d\n1 2 3\nx y z\nx y\n4 5 6\na \"b # c\" d\n", (struct decode_params){0});
    struct frame *f = expect_text(run, 2, 3, CELLS(1, 2, 3, 4, 5, 6));
    expect_labels(f->meta->col_labels, f->meta->num_col_labels, "a|b # c|d");
    cr_assert_eq(COUNT(run, records_rejected), 2);
    cr_assert(strstr(run->log, "line 3: \"x y z\" holds no number: row left out"), "%s", run->log);
    history_release(run->history, f);
    run_end(run);

    size_t len = (2 << 20) + 8;
    char *text = malloc(len);
    memset(text, ' ', len);
    memcpy(text, "1\n{", 3);
    memcpy(text + len - 4, "}\n2\n", 4);
    run = run_bytes(text, len, (struct decode_params){.live = true});
    cr_assert(run->status == HS_OK && COUNT(run, rows_received) == 2 && strstr(run->log, "1 MiB"), "%s", run->log);
    run_end(run);
    memset(text, '#', len); /* must not take quadratic time */
    memcpy(text, "a\"", 2);
    run = run_bytes(text, len, (struct decode_params){.live = true});
    cr_assert_eq(run->status, HS_OK);
    run_end(run);
    free(text);
}

Test(text, layouts_change_from_frame_to_frame)
{
    struct run *run = run_text("a b\n1 2\n\n3 4\n\n5 6 7\n\nx 1\ny 2\n", (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 4 && !run->log[0], "%s", run->log);
    static const char *const cols[] = {"a|b", "a|b", "", ""};
    for (uint64_t id = 1; id <= 4; id++) {
        struct frame *f = peek(run, id);
        expect_labels(f->meta->col_labels, f->meta->num_col_labels, cols[id - 1]);
        expect_labels(f->meta->row_labels, f->meta->num_row_labels, id == 4 ? "x|y" : "");
        history_release(run->history, f);
    }
    run_end(run);
}

Test(text, only_words)
{
    struct run *run = run_text("hello world\n", (struct decode_params){.live = true});
    cr_assert(run->status == HS_OK && COUNT(run, records_rejected) == 1 && strstr(run->log, "no row of numbers"), "%s", run->log);
    run_end(run);
    run = run_text("at 12:00 all 1 went well\n", (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, records_rejected) == 1 && strstr(run->log, "\"all\"") == NULL, "%s", run->log);
    run_end(run);
    run = run_text("1 b\n1 b\n1 b\n1 b\n1 b\n1 b\n1 b\n1\n", (struct decode_params){0});
    cr_assert(COUNT(run, records_rejected) == 7 && COUNT(run, frames_received) == 1, "%s", run->log);
    cr_assert(strstr(run->log, "line 1: \"b\" isn't a number: row left out"), "%s", run->log);
    run_end(run);
}

struct live {
    int fd;
    struct run run;
};

static void *decode_live(void *arg)
{
    struct live *l = arg;
    struct reader r;
    reader_init_fd(&r, l->fd, -1, &l->run.counters);
    struct decode_params p = {.history = l->run.history, .counters = &l->run.counters, .name = "live", .live = true};
    l->run.status = decode_stream(&r, &p);
    reader_fini(&r);
    return NULL;
}

/* Rows show while the producer is silent, and while half a line is waiting. */
Test(text, live_rows_come_at_once)
{
    struct live l = {0};
    struct history_params params = {.counters = &l.run.counters};
    int fds[2];
    pthread_t thread;
    l.run.history = history_create(&params);
    cr_assert_eq(pipe(fds), 0);
    l.fd = fds[0];
    cr_assert_eq(pthread_create(&thread, NULL, decode_live, &l), 0);
    const char *pieces[] = {"1 2\n", "3 4\n5 6\n7", " 8\n"};
    uint64_t expected[] = {1, 3, 4};
    for (int i = 0; i < 3; i++) {
        cr_assert_eq(write(fds[1], pieces[i], strlen(pieces[i])), (ssize_t)strlen(pieces[i]));
        for (int ms = 0; ms < 5000 && COUNT(&l.run, rows_received) < expected[i]; ms++)
            usleep(1000);
        cr_assert_eq(COUNT(&l.run, rows_received), expected[i]);
    }
    close(fds[1]);
    pthread_join(thread, NULL);
    cr_assert_eq(l.run.status, HS_OK);
    cr_assert_eq(COUNT(&l.run, bytes_received), 16);
    close(fds[0]);
    history_destroy(l.run.history);
}

/* --- numbers --- */

static void expect_number(const char *text, locale_t c_locale)
{
    const char *p = text;
    double got = 0, expected = strtod_l(text, NULL, c_locale);
    cr_assert(decode_number(&p, text + strlen(text), '.', c_locale, &got) && !*p, "%s", text);
    cr_assert(memcmp(&got, &expected, 8) == 0, "%s: %a, not %a", text, got, expected);
}

Test(number, as_strtod)
{
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    static const char *const texts[] = {
        "0", "-0", "0.0e5", "1", "-1", "+1", "00012.500", ".5", "5.", "1e22", "1e23", "1e-22", "9007199254740993",
        "9007199254740992.5", "9007199254740993.0000000000000000000001", "18446744073709551615", "18446744073709551616",
        "1e400", "-1e400", "1e-400", "5e-324", "2.4703282292062327e-324", "2.2250738585072011e-308", "1.7976931348623157e308",
        "1.7976931348623159e308", "1e99999999999999999", "0.1", "123456789012345678901234567890", "4503599627370496.5",
        "4503599627370497.5", "0.30000000000000004", "1.000000000000000055511", "9999999999999999999",
        "0.0000000000000000000000000000000000001", "1e0000000000000000000001", "8.5e27", "3e-27",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect_number(texts[i], c_locale);
    srandom(7);
    for (int i = 0; i < 300000; i++) {
        char text[80];
        uint64_t bits = (uint64_t)random() << 42 ^ (uint64_t)random() << 21 ^ (uint64_t)random();
        double v;
        memcpy(&v, &bits, 8);
        if (i % 2)
            v = (double)(int64_t)bits * exp2((double)(random() % 180) - 90) * (random() % 2 ? 1 : 1e-9);
        if (!isfinite(v))
            continue;
        static const char *const formats[] = {"%.17g", "%.18e", "%.15g", "%.6g", "%.16e", "%.3f"};
        snprintf(text, sizeof text, formats[i % 6], fabs(v) < 1e40 || i % 6 != 5 ? v : 1.5);
        expect_number(text, c_locale);
    }
    for (int i = 0; i < 200000; i++) { /* near ties: an odd 54-bit integer, with and without more digits behind it */
        char text[80];
        uint64_t tie = (((uint64_t)random() << 31 ^ (uint64_t)random()) & (((uint64_t)1 << 53) - 1)) | (uint64_t)1 << 53;
        snprintf(text, sizeof text, "%llu%s", (unsigned long long)(tie | 1), i % 3 ? i % 3 == 1 ? ".01" : "e3" : "");
        expect_number(text, c_locale);
    }
    freelocale(c_locale);
}

Test(number, refuses)
{
    static const char *const texts[] = {"", "-", "+", ".", "e5", "-.e5", "x", "in", "--1", "na"};
    double v;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const char *p = texts[i];
        cr_assert(!decode_number(&p, p + strlen(p), '.', NULL, &v) && p == texts[i], "%s", texts[i]);
    }
    const char *p = "1ex", *q = "12", *begin = p;
    cr_assert(decode_number(&p, p + 3, '.', NULL, &v) && p == begin + 1 && v == 1);
    begin = q;
    cr_assert(decode_number(&q, q + 1, '.', NULL, &v) && q == begin + 1 && v == 1, "stops at the end it was given");
}
