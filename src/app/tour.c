/* The lines are read and checked before anything starts; then they are settings like those of a stream. Render thread. */
#include "app/tour.h"
#include "app/panels.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DEFAULT_FPS = 30 };

struct tour {
    char **lines;
    int num_lines, next;
    bool loop;
    int64_t period_ns;
    bool settled;          /* the picture on show is exact */
    bool began, is_first;  /* a line is in effect; no picture of it was presented yet */
    int64_t begin_ns;      /* of all */
    int64_t turn_ns;       /* of the line in effect */
    struct tour_times times;
};

void tour_destroy(struct tour *t)
{
    if (!t)
        return;
    for (int i = 0; i < t->num_lines; i++)
        free(t->lines[i]);
    free(t->lines);
    free(t);
}

/* A line without its end into the tour, unless it is empty or begins with '#'. */
static enum hs_status add_line(struct tour *t, const char *line, const char *where)
{
    const char *start = line + strspn(line, " \t\r");
    if (!*start || *start == '#')
        return HS_OK;
    struct options scratch;
    options_init(&scratch);
    enum hs_status s = options_set_json(&scratch.look, where, start);
    options_fini(&scratch);
    if (s != HS_OK)
        return s;
    char **more = mem_resize(t->lines, (size_t)t->num_lines + 1, sizeof *more);
    if (!more)
        return HS_ERR_MEMORY;
    t->lines = more;
    t->lines[t->num_lines] = mem_strdup(start);
    return t->lines[t->num_lines] ? (t->num_lines++, HS_OK) : HS_ERR_MEMORY;
}

static enum hs_status read_lines(struct tour *t, const char *path)
{
    FILE *f = fopen(path, "r");
    if (!f) {
        log_error("--tour %s: %s", path, strerror(errno));
        return HS_ERR_IO;
    }
    char *line = NULL, where[512];
    size_t cap = 0;
    enum hs_status s = HS_OK;
    for (int num = 1; s == HS_OK && getline(&line, &cap, f) >= 0; num++) {
        line[strcspn(line, "\n")] = 0;
        snprintf(where, sizeof where, "%.480s:%d", path, num);
        s = add_line(t, line, where);
    }
    free(line);
    fclose(f);
    if (s == HS_OK && !t->num_lines) {
        log_error("--tour %s: there is no line of JSON in it, as in {\"view\":\"0:64,0:64\"}", path);
        s = HS_ERR_USAGE;
    }
    return s;
}

enum hs_status tour_create(const struct run *r, struct tour **out)
{
    *out = NULL;
    if (!r->tour)
        return HS_OK;
    if (r->output && !strchr(r->output, '%')) {
        log_error("--tour: -o needs a name for each picture: f%%05d.png");
        return HS_ERR_USAGE;
    }
    struct tour *t = mem_zeroed(1, sizeof *t);
    if (!t)
        return HS_ERR_MEMORY;
    t->loop = r->loop;
    t->period_ns = r->output ? 0 : isnan(r->fps) ? 1000000000 / DEFAULT_FPS : r->fps > 0 ? (int64_t)(1e9 / r->fps) : 0;
    enum hs_status s = read_lines(t, r->tour);
    if (s != HS_OK) {
        tour_destroy(t);
        return s;
    }
    *out = t;
    return HS_OK;
}

static bool is_over(const struct tour *t)
{
    return t->next == t->num_lines && !t->loop;
}

int64_t tour_due_ns(const struct tour *t)
{
    return !t || !t->settled || is_over(t) ? INT64_MAX : t->began ? t->turn_ns + t->period_ns : 0;
}

bool tour_go_on(struct tour *t, struct app *a)
{
    int64_t now = clock_now_ns();
    if (!t || tour_due_ns(t) > now)
        return false;
    t->next = t->next == t->num_lines ? 0 : t->next;
    view_set_json(panel_view(a->panel), "--tour", t->lines[t->next++]);
    t->begin_ns = t->began ? t->begin_ns : now;
    t->began = t->is_first = true;
    t->settled = false;
    t->turn_ns = now;
    return true;
}

void tour_shown(struct tour *t, struct app *a)
{
    struct view *v = t ? panel_view(a->panel) : NULL;
    if (!t || t->settled || !view_frame(v))
        return;
    int64_t now = clock_now_ns();
    double ms = (double)(now - t->turn_ns) / 1e6;
    if (t->began && t->is_first)
        quantile_add(&t->times.first_ms, ms);
    t->is_first = false;
    t->settled = view_is_exact(v);
    if (!t->began || !t->settled)
        return;
    quantile_add(&t->times.exact_ms, ms);
    t->times.views++;
    t->times.seconds = (double)(now - t->begin_ns) / 1e9;
}

const struct tour_times *tour_times(const struct tour *t)
{
    return t ? &t->times : NULL;
}
