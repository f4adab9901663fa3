/* --stats: what was counted, as one JSON object on one line. */
#include "app/app.h"
#include "base/clock.h"
#include "base/log.h"
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

static json_t *real(double v)
{
    return isfinite(v) ? json_real(v) : json_null();
}

static json_t *quantiles(const struct quantile *q)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "p50", real(quantile_get(q, 0.5)), "p95", real(quantile_get(q, 0.95)), "p99",
                     real(quantile_get(q, 0.99)), "max", real(q->num ? q->max : NAN));
}

/* Only the stages that were met on the way. */
static json_t *stages(struct trace *t)
{
    json_t *o = json_object();
    for (int i = 0; i < TRACE_NUM_STAGES; i++) {
        struct quantile q;
        trace_stage_quantiles(t, (enum trace_stage)i, &q);
        if (q.num)
            json_object_set_new(o, trace_stage_name((enum trace_stage)i), quantiles(&q));
    }
    return o;
}

static json_t *cpu_seconds(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return real((double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6);
}

static json_t *resident_kib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return json_integer(u.ru_maxrss);
}

static json_t *counts(struct panel *p)
{
    const struct counters *c = panel_counters(p);
    json_t *o = json_object();
#define PUT(name) json_object_set_new(o, #name, json_integer((json_int_t)counter_get(&c->name)));
    COUNTERS_LIST(PUT)
#undef PUT
    json_object_set_new(o, "frames_queued", json_integer((json_int_t)panel_queued(p)));
    json_object_set_new(o, "pictures_shown", json_integer((json_int_t)panel_num_shown(p)));
    return o;
}

/* Add the numbers of one object to those of another. */
static void add(json_t *sum, json_t *more)
{
    const char *key;
    json_t *value;
    json_object_foreach(more, key, value) {
        json_int_t before = json_integer_value(json_object_get(sum, key));
        json_object_set_new(sum, key, json_integer(before + json_integer_value(value)));
    }
}

static json_t *panel_stats(struct panel *p)
{
    json_t *o = counts(p);
    struct rect plot = view_plot_rect(panel_view(p));
    json_object_set_new(o, "source", json_string(panel_source_name(p)));
    json_object_set_new(o, "latency_ms", quantiles(panel_latency(p)));
    json_object_set_new(o, "heatmap_px", json_pack("[i,i]", plot.w, plot.h));
    return o;
}

static json_t *tour_stats(const struct tour_times *t)
{
    return json_pack("{s:I, s:o, s:o, s:o}", "views", (json_int_t)t->views, "seconds", real(t->seconds), "first_ms", quantiles(&t->first_ms),
                     "exact_ms", quantiles(&t->exact_ms));
}

/* All panels together; latency and heatmap of the first; with several panels also each alone. */
static json_t *collect(struct app *a)
{
    json_t *o = json_object(), *each = json_array();
    for (int i = 0; i < a->num_panels; i++)
        for (struct panel *p = a->panels[i]; p; p = panel_minus(p)) {
            json_t *one = counts(p);
            add(o, one);
            json_decref(one);
            json_array_append_new(each, panel_stats(p));
        }
    struct rect plot = view_plot_rect(panel_view(a->panels[0]));
    json_object_set_new(o, "seconds", real((double)(clock_now_ns() - a->started_ns) / 1e9));
    json_object_set_new(o, "latency_ms", quantiles(panel_latency(a->panels[0])));
    json_object_set_new(o, "frame_ms", quantiles(&a->frame_ms));
    json_object_set_new(o, "stages_ms", stages(a->trace));
    json_object_set_new(o, "cpu_seconds", cpu_seconds());
    json_object_set_new(o, "peak_resident_kib", resident_kib());
    json_object_set_new(o, "renderer", json_string(a->renderer));
    json_object_set_new(o, "heatmap_px", json_pack("[i,i]", plot.w, plot.h));
    if (tour_times(a->tour))
        json_object_set_new(o, "tour", tour_stats(tour_times(a->tour)));
    if (json_array_size(each) > 1)
        json_object_set(o, "panels", each);
    json_decref(each);
    return o;
}

enum hs_status stats_write(struct app *a, const char *path)
{
    json_t *o = collect(a);
    char *text = json_dumps(o, JSON_PRESERVE_ORDER | JSON_REAL_PRECISION(6));
    json_decref(o);
    if (!text)
        return HS_ERR_MEMORY;
    bool to_stdout = strcmp(path, "-") == 0;
    FILE *f = to_stdout ? stdout : fopen(path, "w");
    bool ok = f && fprintf(f, "%s\n", text) > 0 && fflush(f) == 0;
    if (f && !to_stdout)
        ok = fclose(f) == 0 && ok;
    free(text);
    if (!ok)
        log_error("cannot write statistics to %s: %s", path, strerror(errno));
    return ok ? HS_OK : HS_ERR_IO;
}
