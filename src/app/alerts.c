/* Frames: a line when a condition that the frame before didn't meet is met; the next line only after a frame that doesn't. Waterfalls:
 * a line for each row that meets it, once, as it comes. Render thread. */
#include "app/alerts.h"
#include "base/clock.h"
#include "base/memory.h"
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void alerts_fini(struct alerts *a)
{
    free(a->text);
    a->text = NULL;
}

/* The producer's time, else that of arrival; Unix time, in ns. */
static int64_t time_of(const struct frame *f)
{
    if (f->t_ns > 0)
        return f->t_ns;
    return f->arrived_ns ? clock_unix_ns() - (clock_now_ns() - f->arrived_ns) : clock_unix_ns();
}

static json_t *number(double v)
{
    return isfinite(v) ? json_real(v) : json_string(isnan(v) ? "nan" : v > 0 ? "inf" : "-inf");
}

/* row: number of a waterfall's row; -1: the result says where in the frame. */
static void print(const struct alerts *a, const struct view_alert *r, const struct frame *f, int64_t row, int64_t t_ns, const char *source)
{
    json_t *o = json_object();
    json_object_set_new(o, "alert", json_string(r->text));
    json_object_set_new(o, "source", json_string(source));
    json_object_set_new(o, "frame", f->id ? json_integer((json_int_t)f->id - 1) : json_null());
    json_object_set_new(o, "t_ns", json_integer(t_ns));
    json_object_set_new(o, "value", number(r->value));
    json_object_set_new(o, "row", row >= 0 ? json_integer(row) : r->count ? json_integer(r->row) : json_null());
    json_object_set_new(o, "col", r->count ? json_integer(r->col) : json_null());
    json_object_set_new(o, "count", r->count ? json_integer(r->count) : json_null());
    char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    json_decref(o);
    if (text)
        fprintf(a->out, "%s\n", text);
    free(text);
}

/* The terminal's, wherever the messages go. */
static void ring(void)
{
    int fd = isatty(STDERR_FILENO) ? STDERR_FILENO : open("/dev/tty", O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    if (fd >= 0 && write(fd, "\a", 1) < 0)
        return; /* no terminal, no bell */
    if (fd > STDERR_FILENO)
        close(fd);
}

static bool check_frame(struct alerts *a, struct view *v, const char *source)
{
    const struct view_alert *results;
    bool begun = false;
    int64_t t_ns = time_of(view_frame(v));
    int num = view_alerts(v, &results);
    for (int i = 0; i < num && i < VIEW_MAX_ALERTS; i++) {
        if (results[i].met && !a->met[i]) {
            print(a, &results[i], view_frame(v), -1, t_ns, source);
            begun = true;
        }
        a->met[i] = results[i].met;
    }
    return begun;
}

/* Rows that have come since the last look. One that may still change is looked at again. */
static bool check_rows(struct alerts *a, struct view *v, const char *source)
{
    struct view_alert results[VIEW_MAX_ALERTS] = {0};
    const struct frame *f = view_frame(v);
    const struct frame_rows *w = &f->waterfall;
    bool any = false;
    if (w->run != a->run) {
        a->run = w->run;
        a->next_row = 0;
        for (int i = 0; i < VIEW_MAX_ALERTS; i++)
            a->told[i] = -1;
    }
    int64_t arrived_ns = time_of(f), at = a->next_row > w->first ? a->next_row - w->first : 0;
    for (; (at = view_alerts_next_row(v, at, results)) >= 0; at++) {
        int64_t number = w->first + at, t_ns = frame_row_time(f, at);
        for (int i = 0; i < VIEW_MAX_ALERTS; i++) {
            if (!results[i].met || a->told[i] == number)
                continue;
            print(a, &results[i], f, number, t_ns ? t_ns : arrived_ns, source);
            a->told[i] = number;
            any = true;
        }
    }
    a->next_row = w->first + f->cells.rows - w->num_open;
    return any;
}

void alerts_check(struct alerts *a, struct view *v, const char *source)
{
    const char *text = view_look(v)->alert;
    if (!text && !a->text)
        return;
    if (!text || !a->text || strcmp(text, a->text) != 0) {
        alerts_fini(a);
        a->text = text ? mem_strdup(text) : NULL;
        memset(a->met, 0, sizeof a->met);
        a->run = 0; /* rows in sight are looked at anew */
    }
    const struct frame *f = view_frame(v);
    bool begun = f && (f->waterfall.run ? check_rows(a, v, source) : check_frame(a, v, source));
    if (begun)
        fflush(a->out);
    if (begun && a->bell)
        ring();
}
