/* A line when a condition that the frame before didn't meet is met; the next line only after a frame that doesn't. Render thread. */
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

static void print(const struct alerts *a, const struct view_alert *r, const struct frame *f, const char *source)
{
    json_t *o = json_object();
    json_object_set_new(o, "alert", json_string(r->text));
    json_object_set_new(o, "source", json_string(source));
    json_object_set_new(o, "frame", f->id ? json_integer((json_int_t)f->id) : json_null());
    json_object_set_new(o, "t_ns", json_integer(time_of(f)));
    json_object_set_new(o, "value", number(r->value));
    json_object_set_new(o, "row", r->count ? json_integer(r->row) : json_null());
    json_object_set_new(o, "col", r->count ? json_integer(r->col) : json_null());
    json_object_set_new(o, "count", r->count ? json_integer(r->count) : json_null());
    char *text = json_dumps(o, JSON_COMPACT | JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(17));
    json_decref(o);
    if (text) {
        fprintf(a->out, "%s\n", text);
        fflush(a->out);
    }
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

void alerts_check(struct alerts *a, struct view *v, const char *source)
{
    const char *text = view_look(v)->alert;
    const struct view_alert *results;
    bool begun = false;
    if (!text && !a->text)
        return;
    if (!text || !a->text || strcmp(text, a->text) != 0) {
        alerts_fini(a);
        a->text = text ? mem_strdup(text) : NULL;
        memset(a->met, 0, sizeof a->met);
    }
    int num = view_alerts(v, &results);
    for (int i = 0; i < num && i < ALERTS_MAX; i++) {
        if (results[i].met && !a->met[i]) {
            print(a, &results[i], view_frame(v), source);
            begun = true;
        }
        a->met[i] = results[i].met;
    }
    if (begun && a->bell)
        ring();
}
