/* decode: binary records and JSON lines, from real NumPy and by hand; what is broken; and the fuzzers' corpora. */
#include <criterion/criterion.h>
#include "fuzz/fuzz_common.h"
#include "unit/decode_run.h"
#include "ingest/decode_internal.h"
#include <dirent.h>
#include <fcntl.h>

/* --- NPY --- */

Test(npy, every_dtype_order_and_version)
{
    NUMPY_OR_SKIP(bytes, len,
                  "a = (np.arange(3)[:, None] * 7 + np.arange(5) * 3) % 11\n"
                  "for version in ((1, 0), (2, 0), (3, 0)):\n"
                  "    for code in 'b1 i1 i2 i4 i8 u1 u2 u4 u8 f2 f4 f8'.split():\n"
                  "        for order in '<>':\n"
                  "            save(a.astype(order + code), version)\n"
                  "            save(np.asfortranarray(a.astype(order + code)), version)\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    cr_assert_str_empty(run->log);
    cr_assert_eq(COUNT(run, frames_received), 3 * 12 * 4);
    for (uint64_t id = 1; id <= 3 * 12 * 4; id++) {
        struct frame *f = peek(run, id);
        cr_assert_eq(f->cells.dtype, (id - 1) / 4 % 12);
        cr_assert_eq((size_t)f->cells.row_stride, dtype_size(f->cells.dtype) * (id % 2 ? 5 : 1), "order stays, as strides");
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 5; c++) {
                int v = (r * 7 + c * 3) % 11;
                cr_assert_eq(cell(f, r, c), f->cells.dtype == DTYPE_B1 ? v != 0 : v);
            }
        history_release(run->history, f);
    }
    run_end(run);
    free(bytes);
}

Test(npy, sequences_rows_and_channels)
{
    NUMPY_OR_SKIP(bytes, len,
                  "a = np.arange(24.0).reshape(4, 2, 3)\n"
                  "save(a.astype('>f4')); save(np.asfortranarray(a))\n"
                  "save(np.asfortranarray(a[:, :, 0]))\n"
                  "out.write(b'{\\\"axes\\\":\\\"CYX\\\",\\\"channels\\\":[\\\"a\\\",\\\"b\\\",\\\"c\\\",\\\"d\\\"]}\\n')\n"
                  "save(a); save(np.asfortranarray(a).astype('>i2')); save(a[0])\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    cr_assert_eq(COUNT(run, frames_received), 4 + 4 + 1 + 2 + 1);
    for (int i = 0; i < 8; i++) {
        struct frame *f = peek(run, (uint64_t)i + 1);
        double first = i % 4 * 6;
        expect_cells(f, 2, 3, CELLS(first, first + 1, first + 2, first + 3, first + 4, first + 5));
        cr_assert_eq(f->channels, 1);
        history_release(run->history, f);
    }
    struct frame *f = peek(run, 9);
    expect_cells(f, 4, 2, CELLS(0, 3, 6, 9, 12, 15, 18, 21));
    history_release(run->history, f);
    for (uint64_t id = 10; id <= 11; id++) {
        f = peek(run, id);
        cr_assert(f->channels == 4 && f->meta && f->meta->num_channels == 4 && strcmp(f->meta->channels[3], "d") == 0);
        for (int channel = 0; channel < 4; channel++) {
            struct frame one = *f;
            double first = channel * 6;
            one.cells.data = (const char *)f->cells.data + channel * f->channel_bytes;
            expect_cells(&one, 2, 3, CELLS(first, first + 1, first + 2, first + 3, first + 4, first + 5));
        }
        history_release(run->history, f);
    }
    run_end(run);
    free(bytes);
}

Test(npy, fortran_sequences_of_every_size)
{
    NUMPY_OR_SKIP(bytes, len, "a = np.arange(24).reshape(2, 3, 4)\n"
                              "for t in 'u1 >i2 <f4 >i8'.split(): save(np.asfortranarray(a.astype(t)))\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 8, "%s", run->log);
    for (uint64_t id = 1; id <= 8; id++) {
        struct frame *f = peek(run, id);
        for (int i = 0; i < 12; i++)
            cr_assert_eq(cell(f, i / 4, i % 4), i + (id % 2 ? 0 : 12));
        history_release(run->history, f);
    }
    run_end(run);
    free(bytes);
}

Test(npy, rows)
{
    NUMPY_OR_SKIP(bytes, len,
                  "a = np.arange(30000 * 20, dtype='>u4').reshape(30000, 20)\n"
                  "save(a[0]); out.write(b'{\\\"axes\\\":\\\"TX\\\"}\\n'); save(a[1:29990]); save(np.asfortranarray(a[29990:]))\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){.live = true});
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    cr_assert_eq(COUNT(run, rows_received), 30000);
    struct frame *f = take_rows(run);
    cr_assert(f->cells.rows == 512 && f->cells.cols == 20 && f->cells.dtype == DTYPE_U4);
    for (int r = 0; r < 512; r++)
        for (int c = 0; c < 20; c++)
            cr_assert_eq(cell(f, r, c), (30000 - 512 + r) * 20 + c);
    history_release(run->history, f);
    run_end(run);
    free(bytes);
}

Test(npy, what_is_not_drawn_is_skipped_and_counted)
{
    NUMPY_OR_SKIP(bytes, len,
                  "good = np.eye(2)\n"
                  "other = np.zeros(3, np.dtype([('values', '<f4', (4, 4)), ('row0', 'u1'), ('seq', '<i8')], align=True))\n"
                  "for bad in (good * 1j, np.array(['abc']), np.array([b'ab']), np.zeros(2, 'M8[ns]'), np.zeros((0, 3)),\n"
                  "            np.array(1.0), np.zeros((1, 1, 1, 2)), good * 1j, other):\n"
                  "    save(bad); save(good)\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    cr_assert_eq(COUNT(run, records_rejected), 9);
    cr_assert_eq(COUNT(run, frames_received), 9);
    char *first = strstr(run->log, "complex128 isn't drawn");
    cr_assert(first && !strstr(first + 1, "complex128"), "said once: %s", run->log);
    cr_assert(strstr(run->log, "heatscope: warning: test: structured"), "%s", run->log);
    run_end(run);
    free(bytes);
}

Test(npy, rgb_hint_once)
{
    NUMPY_OR_SKIP(bytes, len, "for i in range(3): save(np.zeros((5, 4, 3), 'u1'))\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert_eq(COUNT(run, frames_received), 15);
    char *first = strstr(run->log, "looks like an RGB picture of shape (5, 4, 3); it is shown as a sequence of 5 frames of 4 x 3");
    cr_assert(first && !strstr(first + 1, "looks"), "%s", run->log);
    run_end(run);
    free(bytes);
}

Test(npy, pickles_end_the_stream)
{
    NUMPY_OR_SKIP(bytes, len, "save(np.eye(2)); save(np.array([None])); save(np.eye(2))\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert_eq(run->status, HS_ERR_FORMAT);
    cr_assert(COUNT(run, frames_received) == 1 && COUNT(run, records_rejected) == 1);
    cr_assert(strstr(run->log, "object arrays"), "%s", run->log);
    run_end(run);
    free(bytes);
}

/* Cut at every byte: never a frame that didn't come whole, and one line that says so. */
Test(npy, cut_anywhere)
{
    NUMPY_OR_SKIP(bytes, len, "save(np.eye(2)); save(np.arange(6.0).reshape(3, 1, 2))\n");
    cr_assert_eq(len, 128 + 32 + 128 + 48);
    for (size_t cut = 0; cut <= len; cut++) {
        struct run *run = run_bytes(bytes, cut, (struct decode_params){0});
        uint64_t frames = (cut >= 160) + (cut >= 304) + (cut >= 320) + (cut >= 336);
        bool edge = cut == 0 || cut == 160 || cut == 336;
        cr_assert_eq(run->status, edge ? HS_OK : HS_ERR_FORMAT, "%d", (int)cut);
        cr_assert_eq(COUNT(run, frames_received), frames);
        cr_assert_eq(COUNT(run, records_rejected), !edge);
        if (cut == 128)
            cr_assert(strstr(run->log, "np.save(sock.makefile('wb')"), "%s", run->log);
        if (cut == 300)
            cr_assert(strstr(run->log, "12 of 48 bytes"), "%s", run->log);
        cr_assert_eq(edge, !run->log[0]);
        run_end(run);
    }
    free(bytes);
}

Test(npy, claims_cost_nothing)
{
    char bytes[256], dict[118] = "{'descr': '|u1', 'fortran_order': False, 'shape': (32768, 32768)}";
    memset(dict + strlen(dict), ' ', sizeof dict - strlen(dict));
    memcpy(bytes, "\x93NUMPY\x01\0\x76\0", 10);
    memcpy(bytes + 10, dict, 118);
    struct run *run = run_bytes(bytes, 128, (struct decode_params){0});
    cr_assert_eq(run->status, HS_ERR_FORMAT);
    cr_assert(strstr(run->log, "--memory"), "a third of 64 MiB at most: %s", run->log);
    run_end(run);
    memcpy(strstr(bytes + 10, "32768, 32768"), "32769, 32768", 12);
    run = run_bytes(bytes, 128, (struct decode_params){0});
    cr_assert(strstr(run->log, "1 GiB at most"), "%s", run->log);
    run_end(run);
}

/* --- JSON --- */

Test(json, metadata_and_options)
{
    struct run *run = run_text("{\"title\":\"a\",\"vmin\":0}\n"
                               "{\"t_ns\":1700000000000000001,\"units\":\"K\",\"col_labels\":[\"x\",\"\\u00e9\"],\"title\":\"b\"}\n"
                               "{\"dtype\":\">u2\",\"shape\":[1,2],\"nbytes\":4}\n\1\2\3\4"
                               "{\"dtype\":\"u1\",\"shape\":[1,2],\"nbytes\":2,\"units\":null,\"row_labels\":[\"r\"]}\n\5\6"
                               "{\"vmax\":9}\n", (struct decode_params){0});
    cr_assert_eq(run->status, HS_OK, "%s", run->log);
    struct frame *f = peek(run, 1), *g = peek(run, 2);
    expect_cells(f, 1, 2, CELLS(0x102, 0x304));
    expect_cells(g, 1, 2, CELLS(5, 6));
    cr_assert_eq(f->t_ns, 1700000000000000001);
    cr_assert_eq(g->t_ns, 0, "for one record only");
    cr_assert(strcmp(f->meta->units, "K") == 0 && f->meta->num_col_labels == 2 && strcmp(f->meta->col_labels[1], "\xc3\xa9") == 0);
    cr_assert(!f->meta->row_labels && !g->meta->units && g->meta->num_row_labels == 1 && g->meta->num_col_labels == 2);
    history_release(run->history, f);
    history_release(run->history, g);
    char *settings = NULL;
    f = history_take(run->history, &settings);
    cr_assert(f && f->id == 2 && settings);
    cr_assert(strstr(settings, "\"title\":\"b\"") && strstr(settings, "\"vmin\":0"), "%s", settings);
    cr_assert(!strstr(settings, "units") && !strstr(settings, "dtype") && !strstr(settings, "vmax"), "%s", settings);
    history_release(run->history, f);
    free(settings);
    run_end(run);
}

Test(json, bad_lines_are_left_out_whole)
{
    static const char *const bad[] = {
        "{", "{\"a\":1} x", "{\"a\":1,}", "{a:1}", "{\"row_labels\":\"a\",\"title\":1}", "{\"col_labels\":[\"a\",2]}",
        "{\"channels\":{}}", "{\"units\":5}", "{\"t_ns\":\"now\"}", "{\"t_ns\":1e300}", "{\"axes\":\"XYZ\"}", "{\"axes\":3}",
        "{\"shape\":5}", "{\"shape\":[3]}", "{\"shape\":[3,-1]}", "{\"shape\":[3,1.5]}", "{\"dtype\":\"f4\"}",
        "{\"dtype\":\"f4\",\"shape\":[2]}", "{\"nbytes\":0}", "{\"dtype\":\"f4\",\"shape\":[1],\"nbytes\":-1}",
        "{\"dtype\":\"f4\",\"shape\":[1],\"nbytes\":3}\nabc", "{\"dtype\":\"c8\",\"shape\":[1],\"nbytes\":8}\n01234567",
        "{\"dtype\":\"u1\",\"shape\":[1,1,1,1],\"nbytes\":1}\na",
        "{\"dtype\":\"u1\",\"shape\":[4294967296,4294967296],\"nbytes\":2}\nab",
        "{\"dtype\":\"u1\",\"shape\":[1,1],\"nbytes\":1,\"units\":1}\na", "{\"dtype\":7,\"shape\":[1],\"nbytes\":1}\na",
        "{\"dtype\":\"u1\",\"nbytes\":2}\nab",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        char *text = NULL;
        bool payload = strchr(bad[i], '\n');
        cr_assert_gt(asprintf(&text, "%s%s{\"dtype\":\"u1\",\"shape\":[1,1],\"nbytes\":1}\n\7", bad[i], payload ? "" : "\n"), 0);
        struct run *run = run_text(text, (struct decode_params){0});
        cr_assert_eq(run->status, HS_OK, "%s: %s", bad[i], run->log);
        cr_assert(COUNT(run, records_rejected) == 1 && run->log[0], "%s", bad[i]);
        struct frame *f = peek(run, 1);
        expect_cells(f, 1, 1, CELLS(7));
        cr_assert(!f->meta && !f->settings && !f->t_ns, "%s", bad[i]);
        history_release(run->history, f);
        run_end(run);
        free(text);
    }
}

Test(json, floods)
{
    struct buf b = {0};
    for (int i = 0; i < 100; i++)
        cr_assert(buf_printf(&b, "{\"a\":%*s}\n", i + 1, "x")); /* another column each */
    struct run *run = run_bytes(b.data, b.len, (struct decode_params){0});
    int lines = 0;
    for (char *c = run->log; *c; c++)
        lines += *c == '\n';
    cr_assert(run->status == HS_OK && COUNT(run, records_rejected) == 100);
    cr_assert_eq(lines, DECODE_MAX_MESSAGES + 1, "and one that says that there are no more, not %d: %s", lines, run->log);
    run_end(run);
    b.len = 0;
    for (int i = 0; i < 6; i++)
        cr_assert(buf_printf(&b, "{\"a%d\":\"%0*d\"}\n", i, 400000, 0));
    run = run_bytes(b.data, b.len, (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, records_rejected) == 3 && strstr(run->log, "waiting for a frame"), "%s", run->log);
    run_end(run);
    buf_free(&b);
}

Test(json, limits_and_ends)
{
    size_t len = (1 << 20) + 20;
    char *text = malloc(len);
    memset(text, ' ', len);
    memcpy(text, "{\"a\":", 5);
    memcpy(text + len - 10, "1}\n       ", 10);
    struct run *run = run_bytes(text, len - 7, (struct decode_params){0});
    cr_assert(run->status == HS_ERR_FORMAT && strstr(run->log, "1 MiB"), "%s", run->log);
    run_end(run);
    free(text);
    run = run_text("{\"dtype\":\"u1\",\"shape\":[9],\"nbytes\":9}\nabc", (struct decode_params){0});
    cr_assert(run->status == HS_ERR_FORMAT && strstr(run->log, "3 of 9 bytes"), "%s", run->log);
    run_end(run);
    run = run_text("{\"title\":\"x\"}", (struct decode_params){0});
    cr_assert(run->status == HS_OK && !run->log[0]);
    run_end(run);
}

/* --- pictures, raw frames, streams --- */

Test(pnm, pictures)
{
    static const char bytes[] = "P5\n# a comment\n3 2\n255\nABCDEF"
                                "P5 2 1 300 \1\2\3\4"
                                "P2\n2 2 # comment\n255\n1 2\n3 255\n\n"
                                "P2 1 2 65535 65535 7\n"
                                "Pf\n1 2\n-1.0\n\0\0\x80\x3f\0\0\0\x40"
                                "Pf\n1 1\n1\n\x3f\x80\0\0"
                                "PF 1 1 -1.0\n0123456789AB"
                                "P5 1 1 255 z";
    struct run *run = run_bytes(bytes, sizeof bytes - 1, (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 7 && COUNT(run, records_rejected) == 1, "%s", run->log);
    cr_assert(strstr(run->log, "PF"), "%s", run->log);
    static const struct {
        enum dtype dtype;
        int64_t rows, cols;
        double cells[6];
    } expected[] = {
        {DTYPE_U1, 2, 3, {65, 66, 67, 68, 69, 70}}, {DTYPE_U2, 1, 2, {0x102, 0x304}}, {DTYPE_U1, 2, 2, {1, 2, 3, 255}},
        {DTYPE_U2, 2, 1, {65535, 7}}, {DTYPE_F4, 2, 1, {2, 1}}, {DTYPE_F4, 1, 1, {1}}, {DTYPE_U1, 1, 1, {'z'}},
    };
    for (uint64_t i = 0; i < 7; i++) {
        struct frame *f = peek(run, i + 1);
        cr_assert_eq(f->cells.dtype, expected[i].dtype);
        expect_cells(f, expected[i].rows, expected[i].cols, expected[i].cells);
        history_release(run->history, f);
    }
    run_end(run);
}

Test(pnm, broken)
{
    static const char *const bad[] = {
        "P5\n", "P5\n3", "P5 3 2 255 abc", "P5 x 2 255 ", "P5 0 2 255 ", "P5 1 1 0 a", "P5 1 1 65536 a",
        "P5 2147483647 2147483647 255 a", "P2 2 1 255 1 x", "P2 2 1 255 1", "P2 1 1 255 99999 ", "Pf 1 1 abc 1234",
        "Pf 2 1 1.0 1234", "P5 99999999999999999999 1 1 a", "P5 2147483648 1 1 a",
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct run *run = run_text(bad[i], (struct decode_params){0});
        cr_assert(run->status == HS_ERR_FORMAT && COUNT(run, frames_received) == 0 && run->log[0], "%s", bad[i]);
        cr_assert_geq(COUNT(run, records_rejected), 1, "%s", bad[i]);
        run_end(run);
    }
}

Test(raw, frames)
{
    struct run *run = run_text("head\1\2\3\4\5\6\7", (struct decode_params){.raw = ">u2,1x2@4"});
    cr_assert(run->status == HS_ERR_FORMAT && COUNT(run, frames_received) == 1 && strstr(run->log, "3 of 4 bytes"), "%s", run->log);
    struct frame *f = peek(run, 1);
    expect_cells(f, 1, 2, CELLS(0x102, 0x304));
    history_release(run->history, f);
    run_end(run);
    run = run_text("{}\n\n", (struct decode_params){.raw = "u1,2x2"});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 1);
    run_end(run);
    run = run_text("ab", (struct decode_params){.raw = "u1,2x2@3"});
    cr_assert_eq(run->status, HS_ERR_FORMAT);
    run_end(run);
}

Test(stream, mixed)
{
    NUMPY_OR_SKIP(bytes, len, "out.write(b'{}\\n'); save(np.eye(2)); out.write(b'P5 1 1 255 a{}\\n'); save(np.eye(3))\n");
    struct run *run = run_bytes(bytes, len, (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 3 && !run->log[0], "%s", run->log);
    run_end(run);
    free(bytes);
    char *text = numpy("out.write(b'1 2\\n3 4\\n'); save(np.eye(2)); out.write(b'5 6\\n')\n", &len);
    run = run_bytes(text, len, (struct decode_params){0});
    cr_assert(run->status == HS_OK && COUNT(run, frames_received) == 3 && !run->log[0], "%s", run->log);
    run_end(run);
    free(text);
}

Test(stream, unknown_bytes)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *say;
    } cases[] = {
        {"\0\1\2\3", 4, "not a stream I know: first bytes 0x00 0x01 0x02 0x03"}, {"PK\x03\x04zip", 7, ".npz"},
        {"\x89PNG\r\n\x1a\n", 8, "PNG"}, {"\xff\xfe" "1\0", 4, "UTF-16"}, {"\x1f\x8b\x08", 3, "zcat"},
        {"\x80\x04\x95x", 4, "pickle"}, {"{}\n\x01", 4, "broken at byte 3"}, {"P5 1 1 255 a1 2\n", 16, "broken at byte 12"},
        {"1 2\n3 \0 4\n", 11, "line 2 isn't text"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct run *run = run_bytes(cases[i].bytes, cases[i].len, (struct decode_params){0});
        cr_assert_eq(run->status, HS_ERR_FORMAT, "%s", cases[i].say);
        cr_assert_eq(COUNT(run, records_rejected), 1);
        cr_assert(strstr(run->log, cases[i].say), "%s", run->log);
        run_end(run);
    }
    struct run *run = run_bytes("", 0, (struct decode_params){0});
    cr_assert(run->status == HS_OK && !run->log[0]);
    run_end(run);
}

Test(stream, read_errors)
{
    struct run run = {0};
    struct history_params params = {.counters = &run.counters};
    struct history *h = history_create(&params);
    struct reader r;
    int fds[2];
    cr_assert_eq(pipe(fds), 0);
    close(fds[0]);
    reader_init_fd(&r, fds[1], -1, NULL);
    struct decode_params p = {.history = h, .counters = &run.counters, .name = "test"};
    cr_assert_eq(decode_stream(&r, &p), HS_ERR_IO, "the writing end can't be read");
    reader_fini(&r);
    close(fds[1]);
    history_destroy(h);
}

Test(stream, cancelled_by_the_history)
{
    struct run run = {0};
    struct history_params params = {.counters = &run.counters};
    struct history *h = history_create(&params);
    struct reader r;
    history_cancel(h);
    reader_init_memory(&r, "P5 1 1 255 a", 12);
    struct decode_params p = {.history = h, .counters = &run.counters, .name = "test"};
    cr_assert_eq(decode_stream(&r, &p), HS_ERR_CANCELLED);
    reader_fini(&r);
    history_destroy(h);
}

/* --- what the fuzzers found stays found --- */

static int replay(const char *target)
{
    char folder[1024], path[2048];
    const char *root = getenv("HEATSCOPE_ROOT");
    if (root)
        snprintf(folder, sizeof folder, "%s/tests/fuzz/corpus/%s", root, target);
    else
        snprintf(folder, sizeof folder, "%.*s/../fuzz/corpus/%s", (int)(strrchr(__FILE__, '/') - __FILE__), __FILE__, target);
    DIR *dir = opendir(folder);
    cr_assert_not_null(dir, "%s", folder);
    int num = 0;
    for (struct dirent *e; (e = readdir(dir));) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
        FILE *file = fopen(path, "rb");
        cr_assert_not_null(file, "%s", path);
        static uint8_t bytes[1 << 20];
        size_t len = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        for (int how = 0; how < 8; how++)
            for (size_t skip = 0; skip < 2 && skip <= len; skip++)
                fuzz_stream(bytes + skip, len - skip, &(struct decode_params){.lines = how % 3, .live = how / 3 % 2,
                                                                              .raw = how > 5 ? "<u2,3x5@2" : NULL});
        num++;
    }
    closedir(dir);
    return num;
}

Test(corpus, replays)
{
    int null = open("/dev/null", O_WRONLY), saved = dup(2);
    dup2(null, 2);
    int num = replay("stream") + replay("text") + replay("json") + replay("npy");
    dup2(saved, 2);
    cr_assert_geq(num, 30, "the seeds are there");
}
