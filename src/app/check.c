/* The report of --check, in words or as JSON. Render thread. */
#include "app/check.h"
#include "app/panel.h"
#include "base/memory.h"
#include "plot/check.h"
#include "view/view_check.h"
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

struct report {
    struct check_subject s;
    const char *source; /* NULL: the map alone */
    json_t *advice;
    int num_advice;
};

static const char *yes_no(bool b)
{
    return b ? "yes" : "no";
}

static void advise(void *arg, const char *what, const char *options)
{
    struct report *r = arg;
    json_array_append_new(r->advice, json_pack("{s:s, s:s}", "what", what, "options", options));
    r->num_advice++;
}

static void print_advice(void *arg, const char *what, const char *options)
{
    struct report *r = arg;
    if (!r->num_advice++)
        printf("to change\n");
    printf("  - %s: %s\n", what, options);
}

static void print_map(const struct check_subject *s)
{
    const struct check_map *m = s->map;
    const char *kind = check_is_rainbow(s->cmap) ? "rainbow" : check_kind_name(m->kind);
    printf("colormap       %s: %s, %d colours\n", s->cmap, kind, m->num_colors);
    printf("lightness L*   %.0f, %.0f, %.0f (first, middle, last); monotone%s: %s (%.1f against the direction)\n", m->lightness[0], m->lightness[1],
           m->lightness[2], m->kind == CHECK_DIVERGING || m->kind == CHECK_CYCLIC ? " in each half" : "", yes_no(m->monotone), m->backwards);
    printf("steps          least %.2f, median %.2f, greatest %.2f per 1/256; vary by %.0f %%; even: %s\n", m->step[0], m->step[1], m->step[2],
           100 * m->variation, yes_no(m->even));
    printf("seen by        ends   low-middle  middle-high  closest a quarter apart\n");
    for (int k = 0; k < CVD_NUM; k++) {
        const struct check_vision *v = &m->vision[k];
        printf("  %-12s %5.1f  %10.1f  %11.1f  %7.1f (at %.2f and %.2f)%s\n", k == CVD_NONE ? "most" : cvd_name((enum cvd_kind)k), v->ends, v->low_middle,
               v->middle_high, v->closest, v->closest_at[0], v->closest_at[1], v->apart ? "" : "  not apart");
    }
    printf("  distances are CIEDE2000 (1: just seen, 10: at a glance); deficiencies by Machado et al. 2009, severity 1; mono: luminance\n");
}

static void print_data(const struct report *r)
{
    const struct check_data *d = r->s.data;
    struct check_use u = check_use_of(d);
    double cells = d->cells > 0 ? (double)d->cells : 1;
    if (d->sample_of)
        printf("data           %s: of a sample of %lld finite cells of %lld\n", r->source, (long long)d->cells, (long long)d->sample_of);
    else
        printf("data           %s: %lld cells, %.4g %% NaN, %.4g %% Inf\n", r->source, (long long)d->cells, 100 * (double)d->nan / cells,
               100 * (double)d->inf / cells);
    if (!d->finite)
        return;
    printf("values         %.6g to %.6g; %s norm from %.6g to %.6g\n", d->min, d->max, norm_name(r->s.norm->kind), r->s.norm->vmin, r->s.norm->vmax);
    printf("clipped        %.2f %% below, %.2f %% above", 100 * u.under, 100 * u.over);
    if (d->outside)
        printf("; %.2f %% without a place in the norm", 100 * (double)d->outside / (double)d->finite);
    printf("\nin the ends    %.1f %% of the cells in the lowest 5 %% of the colours, %.1f %% in the highest\n", 100 * u.lowest, 100 * u.highest);
    printf("colours used   %d of 256; 90 %% of the cells have %d of them\n", u.used, u.for_90);
}

static void print_report(struct report *r)
{
    print_map(&r->s);
    if (r->s.data)
        print_data(r);
    check_advise(&r->s, print_advice, r);
    if (!r->num_advice)
        printf("to change      nothing that is known\n");
}

static json_t *vision_json(const struct check_map *m)
{
    json_t *all = json_object();
    for (int k = 0; k < CVD_NUM; k++) {
        const struct check_vision *v = &m->vision[k];
        json_object_set_new(all, k == CVD_NONE ? "most" : cvd_name((enum cvd_kind)k),
                            json_pack("{s:f, s:f, s:f, s:f, s:[f, f], s:b}", "ends", v->ends, "low_middle", v->low_middle, "middle_high",
                                      v->middle_high, "closest", v->closest, "closest_at", v->closest_at[0], v->closest_at[1], "apart", v->apart));
    }
    return all;
}

static json_t *data_json(const struct report *r)
{
    const struct check_data *d = r->s.data;
    const struct norm *n = r->s.norm;
    struct check_use u = check_use_of(d);
    json_t *o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:f, s:i, s:i}", "source", r->source, "cells", (json_int_t)d->cells, "finite",
                          (json_int_t)d->finite, "nan", (json_int_t)d->nan, "inf", (json_int_t)d->inf, "outside", (json_int_t)d->outside,
                          "share_under", u.under, "share_over", u.over, "share_lowest", u.lowest, "share_highest", u.highest, "colors_used", u.used,
                          "colors_90", u.for_90);
    if (d->sample_of) {
        json_object_set_new(o, "sample_of", json_integer(d->sample_of));
        json_object_set_new(o, "nan", json_null());
        json_object_set_new(o, "inf", json_null());
    }
    if (d->finite) {
        json_object_set_new(o, "min", json_real(d->min));
        json_object_set_new(o, "max", json_real(d->max));
    }
    json_object_set_new(o, "norm", json_pack("{s:s, s:f, s:f}", "name", norm_name(n->kind), "vmin", n->vmin, "vmax", n->vmax));
    return o;
}

static enum hs_status write_json(struct report *r)
{
    const struct check_map *m = r->s.map;
    r->advice = json_array();
    check_advise(&r->s, advise, r);
    json_t *map = json_pack("{s:s, s:s, s:i, s:[f, f, f], s:b, s:f, s:{s:f, s:f, s:f, s:f, s:b}, s:b}", "name", r->s.cmap, "kind", check_kind_name(m->kind),
                            "colors", m->num_colors, "lightness", m->lightness[0], m->lightness[1], m->lightness[2], "monotone", m->monotone, "backwards",
                            m->backwards, "steps", "min", m->step[0], "median", m->step[1], "max", m->step[2], "variation", m->variation, "even", m->even, "rainbow",
                            check_is_rainbow(r->s.cmap));
    json_t *all = json_pack("{s:o, s:o, s:o, s:s}", "colormap", map, "vision", vision_json(m), "advice", r->advice, "model",
                            "CIEDE2000; Machado et al. 2009, severity 1");
    if (r->s.data)
        json_object_set_new(all, "data", data_json(r));
    char *text = all ? json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(8)) : NULL;
    json_decref(all);
    if (!text)
        return HS_ERR_MEMORY;
    printf("%s\n", text);
    free(text);
    return HS_OK;
}

static enum hs_status write_report(struct report *r, bool json)
{
    if (json)
        return write_json(r);
    print_report(r);
    return HS_OK;
}

enum hs_status check_report(struct app *a, bool json)
{
    enum hs_status s = HS_OK;
    for (int i = 0; i < a->num_panels && s == HS_OK; i++) {
        struct view *v = panel_view(a->panels[i]);
        const struct look *l = view_look(v);
        struct check_map map;
        struct check_data data;
        if (!view_check(v, &map, &data))
            continue;
        struct report r = {.s = {l->cmap, &map, &data, view_norm(v), view_colormap(v)->lut, l->bad}, .source = panel_source_name(a->panels[i])};
        r.s.centred = !isnan(l->center) || !isnan(l->vcenter);
        r.s.middle = view_middle(v);
        r.s.centre = !isnan(l->center) ? l->center : !isnan(l->vcenter) ? l->vcenter : 0;
        r.s.categories = view_has_categories(v);
        r.s.hatched = l->bad_hatch != 0;
        if (i && !json)
            printf("\n");
        s = write_report(&r, json);
    }
    fflush(stdout);
    return s;
}

enum hs_status check_report_map(const struct look *look, bool json)
{
    struct check_map map;
    struct colormap cmap;
    if (!colormap_find(look->cmap, &cmap))
        return HS_ERR_USAGE;
    check_map(&cmap, &map);
    struct report r = {.s = {look->cmap, &map, NULL, NULL, cmap.lut, look->bad}};
    return write_report(&r, json);
}
