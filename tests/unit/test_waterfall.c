/* Waterfalls from the bytes of a stream to the rows the reader sees, against a naive list of all rows; records of single rows; the first
 * matrix of a live text. */
#include "decode_run.h"
#include "data/frame.h"
#include "ingest/decode.h"

static uint32_t next_random(uint32_t *state)
{
    return *state = *state * 1664525u + 1013904223u;
}

/* Cell c of row r of all rows ever. */
static int32_t value_of(int64_t row, int64_t col)
{
    return (int32_t)(row * 7919 + col * 31);
}

static void check_window(const struct frame *f, int64_t total, int64_t height, int64_t cols)
{
    int64_t num = total < height ? total : height;
    cr_assert(f->cells.rows == num && f->cells.cols == cols, "%d x %d after %d", (int)f->cells.rows, (int)f->cells.cols, (int)total);
    cr_assert_eq(f->waterfall.first, total - num);
    cr_assert_eq(f->waterfall.height, height);
    for (int64_t r = 0; r < num; r++) {
        cr_assert_eq(frame_row_time(f, r), (total - num + r + 1) * 10, "time of row %d", (int)r);
        for (int64_t c = 0; c < cols; c++)
            cr_assert_eq(dtype_read(DTYPE_I4, array_cell(&f->cells, r, c)), value_of(total - num + r, c));
    }
}

/* Random batches, looks at random times: always the newest rows, each with its time, whatever the shape of ring and pages. */
Test(waterfall, window_equals_all_rows)
{
    static const int shapes[][2] = {{1, 1}, {7, 3}, {10, 4}, {64, 256}, {100, 300}, {33, 1025}, {512, 5}};
    enum { MOST = 70, MOST_COLS = 1025 };
    int32_t *cells = calloc(MOST * MOST_COLS, sizeof *cells);
    uint32_t random = 1;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        int64_t height = shapes[s][0], cols = shapes[s][1], total = 0;
        struct counters counters = {0};
        struct history_params params = {.max_rows = height, .counters = &counters};
        struct history *h = history_create(&params);
        struct frame *shown = NULL;
        for (int step = 0; step < 150; step++) {
            int64_t num = !step ? 1 : 1 + (int64_t)(next_random(&random) >> 8) % (step % 3 ? 5 : MOST);
            for (int64_t i = 0; i < num * cols; i++)
                cells[i] = value_of(total + i / cols, i % cols);
            struct array rows = array_c_order(cells, DTYPE_I4, num, cols);
            total += num;
            cr_assert_eq(history_push_stamped_rows(h, &rows, NULL, NULL, 0, total * 10), HS_OK);
            if (next_random(&random) >> 30)
                continue;
            struct frame *f = history_take(h, NULL);
            cr_assert_not_null(f);
            check_window(f, total, height, cols);
            history_release(h, shown); /* as the panel does: the old one after the new one */
            shown = f;
        }
        cr_assert_eq(counter_get(&counters.rows_received), (uint64_t)total);
        history_release(h, shown);
        history_destroy(h);
    }
    free(cells);
}

/* The frame on show outlives its waterfall. */
Test(waterfall, another_kind_of_rows_is_another_waterfall)
{
    struct counters counters = {0};
    struct history_params params = {.max_rows = 4, .counters = &counters};
    struct history *h = history_create(&params);
    int32_t cells[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    struct array wide = array_c_order(cells, DTYPE_I4, 2, 4), narrow = array_c_order(cells, DTYPE_I4, 4, 2);
    history_push_rows(h, &wide, NULL, NULL, 0);
    struct frame *a = history_take(h, NULL);
    history_push_rows(h, &narrow, NULL, NULL, 0);
    struct frame *b = history_take(h, NULL);
    cr_assert_neq(a->waterfall.run, b->waterfall.run);
    cr_assert_eq(dtype_read(DTYPE_I4, array_cell(&a->cells, 1, 3)), 8);
    cr_assert_eq(b->cells.cols, 2);
    history_destroy(h); /* with both held */
}

Test(waterfall, times_of_a_batch)
{
    struct counters counters = {0};
    struct history_params params = {.max_rows = 100, .counters = &counters};
    struct history *h = history_create(&params);
    uint8_t cells[4] = {0};
    struct array rows = array_c_order(cells, DTYPE_U1, 4, 1);
    int64_t second = 1000000000, t = 1700000000 * second;
    history_push_stamped_rows(h, &rows, NULL, NULL, 0, t);
    history_push_stamped_rows(h, &rows, NULL, NULL, 0, t + second / 2); /* evenly since the last one */
    history_push_stamped_rows(h, &rows, NULL, NULL, 0, t + 60 * second); /* a pause: nobody knows */
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(frame_row_time(f, 0), t);
    cr_assert_eq(frame_row_time(f, 4), t + second / 8);
    cr_assert_eq(frame_row_time(f, 7), t + second / 2);
    cr_assert_eq(frame_row_time(f, 8), t + 60 * second);
    history_destroy(h);
}

/* --- rows that stand for a span of time --- */

/* The mean, unless the value farthest from it is far from all others, by their own mean and deviation. */
static double mean_or_outlier(const double *x, int num, int count, double mean, double farther)
{
    double others = 0, squares = 0;
    bool left_out = false;
    if (count < 3)
        return farther;
    for (int pass = 0; pass < 2; pass++, left_out = false)
        for (int i = 0; i < num; i++) {
            if (isnan(x[i]) || (x[i] == farther && !left_out)) {
                left_out = left_out || !isnan(x[i]);
                continue;
            }
            others += pass ? 0 : x[i] / (count - 1);
            squares += pass ? (x[i] - others) * (x[i] - others) : 0;
        }
    return fabs(farther - others) > 5 * (1 + 4.0 / (count - 2)) * sqrt(squares / (count - 2)) ? farther : mean;
}

static double merged(enum reduce_mode mode, const double *x, int num)
{
    double low = INFINITY, high = -INFINITY, sum = 0;
    int count = 0;
    for (int i = 0; i < num; i++) {
        if (isnan(x[i]))
            continue;
        low = fmin(low, x[i]);
        high = fmax(high, x[i]);
        sum += x[i];
        count++;
    }
    if (!count)
        return NAN;
    double mean = sum / count;
    switch (mode) {
    case REDUCE_MAX: return high;
    case REDUCE_MIN: return low;
    case REDUCE_MEAN: return mean;
    case REDUCE_ABSMAX: return -low > high ? low : high;
    default: return mean_or_outlier(x, num, count, mean, high - mean >= mean - low ? high : low);
    }
}

/* Random batches into spans of 100 rows: each row of the picture is what all rows of its span make, the open one what has come. */
Test(waterfall, merged_rows)
{
    enum { COLS = 3, NUM = 5000, PER_SPAN = 100, HEIGHT = 20 };
    static double all[COLS][NUM];
    uint32_t random = 9;
    for (int i = 0; i < COLS * NUM; i++) {
        uint32_t x = next_random(&random) >> 8;
        all[i % COLS][i / COLS] = x % 50 == 1 ? NAN : (double)(x % 1000) - 500;
        if (x % 130 == 7)
            all[i % COLS][i / COLS] = 30000; /* stands out, if it is alone */
    }
    for (int mode = REDUCE_AUTO; mode <= REDUCE_ABSMAX; mode++)
        for (int wide = 0; wide < 2; wide++) {
            struct counters counters = {0};
            struct history_params params = {.max_rows = HEIGHT, .row_span_ns = PER_SPAN * 1000, .counters = &counters};
            struct history *h = history_create(&params);
            history_set_row_merge(h, (enum reduce_mode)mode);
            for (int total = 0; total < NUM;) {
                float cells[200 * COLS];
                double wide_cells[200 * COLS];
                int num = 1 + (int)(next_random(&random) >> 8) % (total % 2 ? 10 : 200);
                num = total ? num < NUM - total ? num : NUM - total : 1;
                for (int i = 0; i < num * COLS; i++) {
                    wide_cells[i] = all[i % COLS][total + i / COLS];
                    cells[i] = (float)wide_cells[i];
                }
                struct array rows = array_c_order(wide ? (void *)wide_cells : cells, wide ? DTYPE_F8 : DTYPE_F4, num, COLS);
                total += num;
                cr_assert_eq(history_push_stamped_rows(h, &rows, NULL, NULL, 0, (1000000 + total - 1) * INT64_C(1000)), HS_OK);
                struct frame *f = history_take(h, NULL);
                int spans = (total + PER_SPAN - 1) / PER_SPAN;
                cr_assert_eq(f->cells.rows, spans < HEIGHT ? spans : HEIGHT);
                cr_assert_eq(f->cells.dtype, wide ? DTYPE_F8 : DTYPE_F4);
                cr_assert_eq(f->waterfall.num_open, 1);
                for (int r = 0; r < f->cells.rows; r++) {
                    int span = (int)f->waterfall.first + r, from = span * PER_SPAN, to = from + PER_SPAN < total ? from + PER_SPAN : total;
                    cr_assert_eq(frame_row_time(f, r), (1000000 + from) * INT64_C(1000));
                    for (int c = 0; c < COLS; c++) {
                        double want = merged((enum reduce_mode)mode, &all[c][from], to - from), is = cell(f, r, c);
                        cr_assert(fabs(is - want) <= 1e-4 + 1e-6 * fabs(want) || (isnan(is) && isnan(want)), "mode %d, span %d: %g, not %g", mode, span, is, want);
                    }
                }
                history_release(h, f);
            }
            cr_assert_eq(counter_get(&counters.rows_received), NUM);
            history_destroy(h);
        }
}

/* --- records of single rows --- */

Test(waterfall, single_row_records)
{
    NUMPY_OR_SKIP(bytes, len,
                  "for i in range(300): save(np.full(5, i, 'i4'))\n"
                  "for i in range(3): save(np.full(5, 300 + i, '>i4'))\n" /* other headers, the other byte order */
                  "save(np.full(5, 303, 'i4'))\n"
                  "save(np.full((2, 3), 1, 'f4'))\n"
                  "save(np.full((2, 3), 2, 'f4'))\n"
                  "save(np.full(5, 304, 'i4'))\n"
                  "save(np.full(5, 305, 'i4'))");
    for (int cut = 0; cut < 2; cut++) {
        struct run *run = run_bytes(bytes, len - (size_t)cut, (struct decode_params){.live = true});
        cr_assert_eq(run->status, cut ? HS_ERR_FORMAT : HS_OK, "%s", run->log);
        cr_assert_eq(COUNT(run, rows_received), (uint64_t)(306 - cut));
        cr_assert_eq(COUNT(run, frames_received), 2);
        history_release(run->history, history_take(run->history, NULL)); /* the frame before the last rows */
        struct frame *f = take_rows(run);
        cr_assert_eq(f->cells.rows, 306 - cut);
        for (int r = 0; r < 306 - cut; r++)
            for (int c = 0; c < 5; c++)
                cr_assert_eq(cell(f, r, c), r);
        cr_assert(!cut || strstr(run->log, "ended inside an array"), "%s", run->log);
        run_end(run);
    }
    free(bytes);
}

/* Through a pipe, in pieces that end anywhere. */
Test(waterfall, single_row_records_in_pieces)
{
    NUMPY_OR_SKIP(bytes, len, "for i in range(2000): save(np.full(700, i, 'f4'))");
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    pid_t writer = fork();
    if (!writer) {
        uint32_t random = 5;
        for (size_t at = 0; at < len;) {
            size_t piece = 1 + (next_random(&random) >> 8) % 9000;
            ssize_t n = write(ends[1], bytes + at, piece < len - at ? piece : len - at);
            if (n < 0)
                _exit(1);
            at += (size_t)n;
        }
        _exit(0);
    }
    close(ends[1]);
    struct counters counters = {0};
    struct history_params params = {.max_rows = 3000, .counters = &counters};
    struct history *h = history_create(&params);
    struct reader r;
    cr_assert_eq(reader_init_fd(&r, ends[0], -1, &counters), HS_OK);
    struct decode_params p = {.history = h, .counters = &counters, .name = "pipe", .live = true};
    cr_assert_eq(decode_stream(&r, &p), HS_OK);
    struct frame *f = history_take(h, NULL);
    cr_assert_eq(f->cells.rows, 2000);
    for (int i = 0; i < 2000; i++)
        cr_assert(cell(f, i, 0) == i && cell(f, i, 699) == i);
    cr_assert_gt(frame_row_time(f, 0), 0, "a live row has a time");
    reader_fini(&r);
    history_destroy(h);
    free(bytes);
}

Test(waterfall, producers_times)
{
    NUMPY_OR_SKIP(bytes, len,
                  "t = 1700000000000000000\n"
                  "out.write(b'{\\\"axes\\\":\\\"TX\\\"}\\n')\n"
                  "for i in range(3):\n"
                  "    out.write(b'{\\\"t_ns\\\":%d}\\n' % (t + i * 10**8))\n"
                  "    save(np.full((1000, 100), i, 'f8'))\n"
                  "save(np.full((10, 100), 3, 'f8'))");
    struct run *run = run_bytes(bytes, len, (struct decode_params){.live = true});
    struct frame *f = take_rows(run);
    int64_t t = 1700000000000000000;
    cr_assert_eq(COUNT(run, rows_received), 3010, "%s", run->log);
    cr_assert_eq(f->waterfall.first, 3010 - 512);
    cr_assert_eq(frame_row_time(f, 511), 0, "from memory and without a time: not known");
    cr_assert_eq(frame_row_time(f, 501), t + 200000000, "the batch's time is its last row's");
    cr_assert_lt(llabs(frame_row_time(f, 1) - (t + 150000000)), 1000000, "pieces of a batch are in step: %lld",
                 (long long)(frame_row_time(f, 1) - t));
    run_end(run);
    free(bytes);
}

/* --- text --- */

/* A matrix taller than the waterfall before the first blank line is a whole frame. */
Test(waterfall, first_matrix_of_live_text_is_whole)
{
    struct buf text = {0};
    for (int i = 0; i < 1500; i++)
        buf_printf(&text, "%d %d\n", i, -i);
    buf_printf(&text, "\n7 8\n\n");
    struct run *run = run_bytes(text.data, text.len, (struct decode_params){.live = true});
    cr_assert_eq(COUNT(run, frames_received), 2, "%s", run->log);
    struct frame *f = peek(run, 1);
    cr_assert(f->cells.rows == 1500 && f->cells.cols == 2, "%d rows", (int)f->cells.rows);
    for (int i = 0; i < 1500; i++)
        cr_assert(cell(f, i, 0) == i && cell(f, i, 1) == -i);
    expect_cells(peek(run, 2), 1, 2, CELLS(7, 8));
    run_end(run);
    buf_free(&text);
}

/* More than is kept: cut to the newest rows, and said. */
Test(waterfall, a_log_is_no_matrix)
{
    struct buf text = {0};
    char line[2 * 1000 + 1];
    for (int i = 0; i < 1000; i++)
        memcpy(line + 2 * i, "1 ", 2);
    line[2 * 1000 - 1] = '\n';
    for (int i = 0; i < 9000; i++)
        buf_append(&text, line, 2 * 1000);
    buf_append(&text, "\n", 1);
    struct run *run = run_bytes(text.data, text.len, (struct decode_params){.live = true});
    cr_assert_eq(COUNT(run, frames_received), 1, "%s", run->log);
    cr_assert_eq(peek(run, 1)->cells.rows, 512);
    cr_assert(strstr(run->log, "--lines frames"), "%s", run->log);
    run_end(run);
    buf_free(&text);
}
