/* What the colorbar of the figure is like: options, histogram, shares beyond its ends, the norm's name. Render thread. */
#include "view/view_categories.h"
#include "view/view_grid.h"
#include "plot/cbar.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

static void ticks(struct view *v, struct figure_cbar *c)
{
    char message[8];
    int max_num;
    if (!v->look.cbar_ticks)
        return;
    cbar_ticks_parse(v->look.cbar_ticks, &max_num, v->cbar_ticks_at, &c->num_ticks_at, message, sizeof message);
    c->ticks_at = v->cbar_ticks_at;
    c->max_ticks = max_num;
    c->ticks = c->num_ticks_at ? CBAR_TICKS_LIST : max_num ? CBAR_TICKS_NUM : CBAR_TICKS_NONE;
}

/* A share that is known not to be 0, though no cell of the sample is there, isn't 0. */
static double share(uint32_t count, uint32_t total, bool known)
{
    return total && count ? (double)count / total : known && total ? 1e-9 : 0;
}

/* The label, and behind it what isn't a matter of course: the norm. */
static const char *label(struct view *v, const char *given)
{
    const struct look *l = &v->look;
    if (l->norm == NORM_LINEAR || l->norm == NORM_BOUNDARY || l->no_norm_name)
        return given;
    char name[48];
    if (l->norm == NORM_POWER)
        snprintf(name, sizeof name, "power %.4g", isnan(l->gamma) ? 1 : l->gamma);
    else
        snprintf(name, sizeof name, "%s", norm_name((enum norm_kind)l->norm));
    if (given && *given)
        snprintf(v->cbar_label, sizeof v->cbar_label, "%.400s · %s", given, name);
    else
        snprintf(v->cbar_label, sizeof v->cbar_label, "norm: %s", name);
    return v->cbar_label;
}

void view_cbar_params(struct view *v, struct figure_params *p)
{
    const struct look *l = &v->look;
    const struct view_histogram *h = &v->histogram;
    struct figure_cbar *c = &p->cbar;
    char message[8];
    c->side = (enum cbar_side)l->cbar_side;
    c->shrink = l->cbar_shrink;
    c->minor = l->cbar_minor;
    if (l->cbar_size)
        cbar_size_parse(l->cbar_size, &c->size_pt, &c->size_share, message, sizeof message);
    tick_format_parse(l->cbar_format, &c->format);
    ticks(v, c);
    bool counted = v->frame && v->histogram_serial == view_statistics_serial(v);
    c->has_hist = !l->no_hist;
    c->hist = counted && !l->no_hist ? h->counts : NULL;
    if (counted) {
        p->has_under |= h->inf_under;
        p->has_over |= h->inf_over;
        c->share_under = share(h->under, h->total, p->has_under && h->exact == false);
        c->shares_estimated = view_grid_is_estimated(v);
        c->share_over = share(h->over, h->total, p->has_over && h->exact == false);
    }
    view_categories_params(v, c);
    int extend = l->cbar_extend;
    bool automatic = extend == CBAR_EXTEND_AUTO, both = extend == CBAR_EXTEND_BOTH;
    p->has_under = both || extend == CBAR_EXTEND_MIN || (automatic && (p->has_under || l->under_set || c->share_under > 0));
    p->has_over = both || extend == CBAR_EXTEND_MAX || (automatic && (p->has_over || l->over_set || c->share_over > 0));
    if (l->no_shares) /* the arrows stay */
        c->share_under = c->share_over = 0;
    p->cbar_label = label(v, p->cbar_label);
}
