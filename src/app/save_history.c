/* The saver. A frame without a stamp gets the time at which it arrived, so that every recording plays in time; metadata are written
 * where they change. Both files are written in one pass, each frame is let go as soon as it is in both. Threads: start, end and the
 * questions by the render thread; writing by its own. */
#include "app/save_history.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "data/npy.h"
#include <errno.h>
#include <jansson.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

struct save_history {
    struct history *history;
    struct frame **frames;
    int num, num_written;
    int64_t unix_minus_monotonic_ns;
    char stream_path[64], array_path[64];
    FILE *stream, *array; /* array NULL: frames differ */
    const struct meta *meta; /* written last */
    bool cyx;                /* "axes" written last */
    struct buf row;
    char text[192];
    void (*wake)(void *arg);
    void *wake_arg;
    pthread_t thread;
    bool has_thread;
    atomic_bool done;
};

/* --- one frame --- */

static bool is_packed(const struct frame *f)
{
    int64_t size = (int64_t)dtype_size(f->cells.dtype), row = f->cells.cols * size;
    return f->cells.col_stride == size && f->cells.row_stride == row && (f->channels == 1 || f->channel_bytes == row * f->cells.rows);
}

/* Cells of row `row` in order; NULL: no memory. */
static const void *packed_row(struct save_history *s, const struct array *a, int64_t row)
{
    size_t size = dtype_size(a->dtype);
    if (a->col_stride == (int64_t)size)
        return array_cell(a, row, 0);
    s->row.len = 0;
    if (!buf_reserve(&s->row, (size_t)a->cols * size))
        return NULL;
    for (int64_t col = 0; col < a->cols; col++)
        memcpy(s->row.data + (size_t)col * size, array_cell(a, row, col), size);
    return s->row.data;
}

static bool write_cells(struct save_history *s, FILE *out, const struct frame *f)
{
    size_t row_bytes = (size_t)f->cells.cols * dtype_size(f->cells.dtype);
    size_t num_rows = (size_t)f->cells.rows * (size_t)f->channels;
    struct array first;
    if (!frame_in_memory(f, "saving the history", &first))
        return false;
    if (is_packed(f))
        return fwrite(first.data, row_bytes, num_rows, out) == num_rows;
    for (int64_t channel = 0; channel < f->channels; channel++) {
        struct array a = first;
        a.data = (const char *)a.data + channel * f->channel_bytes;
        for (int64_t row = 0; row < a.rows; row++) {
            const void *cells = packed_row(s, &a, row);
            if (!cells || fwrite(cells, row_bytes, 1, out) != 1)
                return false;
        }
    }
    return true;
}

static json_t *labels(char *const *texts, int64_t num)
{
    if (!texts)
        return json_null();
    json_t *list = json_array();
    for (int64_t i = 0; i < num; i++)
        json_array_append_new(list, json_string(texts[i] ? texts[i] : ""));
    return list;
}

static void add_meta(json_t *line, const struct meta *m)
{
    static const struct meta none;
    m = m ? m : &none;
    json_object_set_new(line, "units", m->units ? json_string(m->units) : json_null());
    json_object_set_new(line, "row_labels", labels(m->row_labels, m->num_row_labels));
    json_object_set_new(line, "col_labels", labels(m->col_labels, m->num_col_labels));
    json_object_set_new(line, "channels", labels(m->channels, m->num_channels));
}

/* The line before a frame: its stamp, and what has changed of its metadata. */
static bool write_line(struct save_history *s, const struct frame *f)
{
    json_t *line = json_object();
    int64_t t_ns = f->t_ns ? f->t_ns : f->arrived_ns + s->unix_minus_monotonic_ns;
    bool cyx = f->channels > 1;
    json_object_set_new(line, "t_ns", json_integer((json_int_t)t_ns));
    if (cyx != s->cyx)
        json_object_set_new(line, "axes", cyx ? json_string("CYX") : json_null());
    if (f->meta != s->meta)
        add_meta(line, f->meta);
    s->cyx = cyx;
    s->meta = f->meta;
    char *text = json_dumps(line, JSON_COMPACT);
    bool ok = text && fprintf(s->stream, "%s\n", text) > 0;
    json_decref(line);
    free(text);
    return ok;
}

static bool write_record(struct save_history *s, const struct frame *f)
{
    char header[NPY_MAX_WRITTEN];
    int64_t shape[3] = {f->channels, f->cells.rows, f->cells.cols};
    size_t len = f->channels > 1 ? npy_header_write(header, f->cells.dtype, 3, shape)
                                 : npy_header_write(header, f->cells.dtype, 2, shape + 1);
    return write_line(s, f) && fwrite(header, len, 1, s->stream) == 1 && write_cells(s, s->stream, f);
}

/* --- the files --- */

static bool are_alike(const struct save_history *s)
{
    const struct array *a = &s->frames[0]->cells;
    for (int i = 0; i < s->num; i++) {
        const struct array *b = &s->frames[i]->cells;
        if (b->rows != a->rows || b->cols != a->cols || b->dtype != a->dtype || s->frames[i]->channels != 1)
            return false;
    }
    return true;
}

static void choose_paths(struct save_history *s)
{
    char stamp[32];
    time_t now = time(NULL);
    struct tm t;
    localtime_r(&now, &t);
    strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &t);
    for (int i = 1; i < 1000; i++) {
        char number[8] = "";
        if (i > 1)
            snprintf(number, sizeof number, "-%d", i);
        snprintf(s->stream_path, sizeof s->stream_path, "heatscope-%s%s.hsr", stamp, number);
        snprintf(s->array_path, sizeof s->array_path, "heatscope-%s%s.npy", stamp, number);
        if (access(s->stream_path, F_OK) != 0 && access(s->array_path, F_OK) != 0)
            return;
    }
}

static bool open_files(struct save_history *s)
{
    char header[NPY_MAX_WRITTEN];
    choose_paths(s);
    s->stream = fopen(s->stream_path, "wbx"); /* never over another's */
    if (!s->stream)
        return false;
    if (!are_alike(s))
        return true;
    const struct array *a = &s->frames[0]->cells;
    size_t len = npy_header_write(header, a->dtype, 3, (const int64_t[]){s->num, a->rows, a->cols});
    s->array = fopen(s->array_path, "wbx");
    return s->array && fwrite(header, len, 1, s->array) == 1;
}

/* *ok and *error tell of the first failure. */
static void close_file(FILE *f, bool *ok, int *error)
{
    if (f && fclose(f) != 0 && *ok) {
        *ok = false;
        *error = errno;
    }
}

static void let_go(struct save_history *s, int i)
{
    history_release(s->history, s->frames[i]);
    s->frames[i] = NULL;
}

static bool write_all(struct save_history *s)
{
    for (; s->num_written < s->num; s->num_written++) {
        struct frame *f = s->frames[s->num_written];
        if (!write_record(s, f) || (s->array && !write_cells(s, s->array, f)))
            return false;
        /* the metadata written last are compared with the next frame's, which may not lie where freed ones lay */
        if (s->num_written)
            let_go(s, s->num_written - 1);
    }
    let_go(s, s->num - 1);
    return true;
}

static void *save_main(void *arg)
{
    struct save_history *s = arg;
    bool ok = open_files(s);
    ok = ok && write_all(s);
    int error = errno;
    bool had_array = s->array;
    close_file(s->stream, &ok, &error);
    close_file(s->array, &ok, &error);
    if (ok) {
        snprintf(s->text, sizeof s->text, "saved %d frame%s: %s%s", s->num, s->num > 1 ? "s" : "", s->stream_path,
                 had_array ? " and .npy" : " (frames differ: no .npy)");
        log_info("%s", s->text);
    } else {
        if (s->stream)
            unlink(s->stream_path);
        if (had_array)
            unlink(s->array_path);
        snprintf(s->text, sizeof s->text, "the history could not be saved: %s", strerror(error));
        log_error("%s: %s", s->text, s->stream_path);
        for (int i = 0; i < s->num; i++)
            let_go(s, i);
    }
    atomic_store(&s->done, true);
    s->wake(s->wake_arg);
    return NULL;
}

/* --- life --- */

struct save_history *save_history_start(struct history *h, void (*wake)(void *arg), void *wake_arg)
{
    uint64_t oldest, newest;
    history_range(h, &oldest, &newest);
    struct save_history *s = newest ? mem_zeroed(1, sizeof *s) : NULL;
    if (!s)
        return NULL;
    s->history = h;
    s->wake = wake;
    s->wake_arg = wake_arg;
    s->unix_minus_monotonic_ns = clock_unix_ns() - clock_now_ns();
    s->frames = mem_zeroed((size_t)(newest - oldest + 1), sizeof *s->frames);
    for (uint64_t id = oldest; s->frames && id <= newest; id++) {
        struct frame *f = history_peek(h, id); /* NULL: it has just gone */
        if (f)
            s->frames[s->num++] = f;
    }
    s->has_thread = s->num && pthread_create(&s->thread, NULL, save_main, s) == 0;
    if (s->has_thread)
        return s;
    for (int i = 0; i < s->num; i++)
        history_release(h, s->frames[i]);
    save_history_end(s);
    return NULL;
}

int save_history_num_frames(const struct save_history *s)
{
    return s->num;
}

bool save_history_is_done(struct save_history *s)
{
    return atomic_load(&s->done);
}

const char *save_history_text(const struct save_history *s)
{
    return s->text;
}

void save_history_end(struct save_history *s)
{
    if (!s)
        return;
    if (s->has_thread)
        pthread_join(s->thread, NULL);
    buf_free(&s->row);
    free(s->frames);
    free(s);
}
