/* The keywords by which people of matplotlib and seaborn would look for an option. Only for messages: nothing is set by these names.
 * Any thread. */
#include "plot/option_aliases.h"
#include <string.h>
#include <strings.h>

struct alias {
    const char *theirs, *ours;
};

static const struct alias OPTIONS[] = {
    {"figsize", "size"}, {"figure-figsize", "size"}, {"fig-size", "size"}, {"width", "size"}, {"height", "size"},
    {"savefig", "output"}, {"out", "output"}, {"save", "output"}, {"fmt", "annot"}, {"annot-fmt", "annot"},
    {"annot-kws", "annot-size"},
    {"colormap", "cmap"}, {"palette", "cmap"}, {"color-map", "cmap"}, {"lognorm", "norm log"}, {"log", "norm log"},
    {"logscale", "norm log"},
    {"clim", "vmin"}, {"zmin", "vmin"}, {"zmax", "vmax"}, {"midpoint", "center"}, {"centre", "center"}, {"quantiles", "robust"},
    {"boundaries", "levels"}, {"ncolors", "levels"}, {"classes", "categories"}, {"legend", "categories"},
    {"set-bad", "bad"}, {"nan-color", "bad"}, {"set-under", "under"}, {"set-over", "over"},
    {"edgecolor", "linecolor"}, {"edgecolors", "linecolor"}, {"linewidth", "linewidths"}, {"lw", "linewidths"},
    {"edges", "x-edges"},
    {"interpolation-stage", "interpolation"}, {"shading", "interpolation"},
    {"colorbar", "cbar-side"}, {"no-colorbar", "no-cbar"}, {"colorbar-label", "cbar-label"}, {"clabel", "cbar-label"},
    {"cbar-kws", "cbar-label"}, {"cbar-location", "cbar-side"}, {"cbar-orientation", "cbar-side"}, {"orientation", "cbar-side"},
    {"location", "cbar-side"}, {"shrink", "cbar-shrink"}, {"fraction", "cbar-size"}, {"extend", "cbar-extend"},
    {"ticks", "cbar-ticks"}, {"format", "cbar-format"}, {"suptitle", "title"}, {"set-title", "title"}, {"set-xlabel", "xlabel"},
    {"set-ylabel", "ylabel"}, {"title-fontsize", "title-size"}, {"titlesize", "title-size"}, {"axes-titlesize", "title-size"},
    {"labelsize", "label-size"}, {"axes-labelsize", "label-size"}, {"tick-labelsize", "tick-size"}, {"tick-params", "tick-size"},
    {"ticksize", "tick-size"}, {"fontsize", "font-size"}, {"font-family", "font"}, {"fontname", "font"}, {"fontfamily", "font"},
    {"rotation", "xtick-rotation"}, {"xticks-rotation", "xtick-rotation"}, {"yticks-rotation", "ytick-rotation"},
    {"xlabels", "xticklabels"}, {"ylabels", "yticklabels"}, {"xlim", "view"}, {"ylim", "view"}, {"invert-yaxis", "origin lower"},
    {"axhline", "hline"}, {"axvline", "vline"}, {"axhspan", "hspan"}, {"axvspan", "vspan"}, {"annotate", "text"},
    {"style", "theme"}, {"facecolor", "transparent"}, {"axis", "bare"}, {"despine", "spines"}, {"subplots", "panels"},
    {"sharex", "link"},
    {"sharey", "link"}, {"backend", "renderer"}, {"interval", "fps"}, {"bins", "events"},
};

static const struct alias NORMS[] = {
    {"normalize", "linear"}, {"none", "linear"}, {"lognorm", "log"}, {"powernorm", "power"}, {"symlognorm", "symlog"},
    {"asinhnorm", "asinh"}, {"twoslopenorm", "two-slope"}, {"twoslope", "two-slope"}, {"divergingnorm", "two-slope"},
    {"centerednorm", "linear"}, {"boundarynorm", "boundary"}, {"histequalize", "histeq"}, {"sqrtnorm", "sqrt"},
};

static int same(const char *theirs, const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (theirs[i] != (text[i] == '_' || text[i] == '.' ? '-' : text[i]))
            return 0;
    return theirs[len] == 0;
}

const char *option_alias(const char *keyword, size_t len)
{
    for (size_t i = 0; i < sizeof OPTIONS / sizeof *OPTIONS; i++)
        if (same(OPTIONS[i].theirs, keyword, len))
            return OPTIONS[i].ours;
    return NULL;
}

const char *norm_alias(const char *name)
{
    for (size_t i = 0; i < sizeof NORMS / sizeof *NORMS; i++)
        if (strcasecmp(NORMS[i].theirs, name) == 0)
            return NORMS[i].ours;
    return NULL;
}
