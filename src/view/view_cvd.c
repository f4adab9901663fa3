/* --cvd: the picture as another colour vision has it, and the word that says so. Render thread. */
#include "view/view_alert.h"
#include "view/view_grid.h"
#include "view/view_internal.h"
#include <stdio.h>

static struct cvd wanted(const struct view *v)
{
    struct cvd c = {0};
    char message[8];
    if (v->look.cvd)
        cvd_parse(v->look.cvd, &c, message, sizeof message); /* options only let good ones through */
    return c;
}

void view_cvd_record(struct view *v, struct draw_list *l)
{
    struct cvd c = wanted(v);
    if (c.kind == CVD_NONE)
        return;
    cvd_table_make(&v->cvd, c);
    l->simulate = &v->cvd;
}

const char *view_status_text(struct view *v)
{
    struct cvd c = wanted(v);
    const char *rest = view_grid_status(v, view_alerts_status(v));
    if (c.kind == CVD_NONE)
        return rest;
    char severity[16] = "";
    if (c.per_mille < 1000)
        snprintf(severity, sizeof severity, " %g", c.per_mille / 1000.0);
    snprintf(v->status_text, sizeof v->status_text, "cvd: %s%s%s%s", cvd_name(c.kind), severity, rest ? " · " : "", rest ? rest : "");
    return v->status_text;
}
