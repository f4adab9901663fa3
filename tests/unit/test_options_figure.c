/* A figure's options there and back: every row of the table that can be in a figure, with a value that isn't its default. */
#include <criterion/criterion.h>
#include "plot/options_figure.h"
#include "plot/options_table.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A value for rows whose type doesn't suggest one. */
static const struct { const char *name, *value; } SAMPLES[] = {
    {"cmap", "magma_r"}, {"alert", "max>5"}, {"mask-where", "0<v<1 or nan"}, {"view", "1:2.5,3:4"}, {"extent", "0,10,-1,1.25"}, {"robust", "5,95"},
    {"levels", "0,1,10"}, {"aspect", "0.3"}, {"cell-size", "12x7.5"}, {"spines", "left,bottom"}, {"x-edges", "0,1,10.5"}, {"y-edges", "3,2.25,-1"},
    {"size", "321x123"}, {"panels", "2x3"}, {"gamma", "0.3333333333333333"}, {"norm", "symlog"},
    {"cvd", "deutan=0.5"}, {"xticks", "0,2.5,10"}, {"yticks", "none"}, {"xformat", "si"}, {"yformat", "{:.1f} kg"},
    {"xticklabels", "\x1e" "a, b\x1e" "Züge"}, {"text", "1,2,Züge;color=red\x1e" "axes:0,1,a\nb;c"}, {"hline", "3;style=dashed"},
    {"vline", "-1e3"}, {"hspan", "1,2"}, {"vspan", "3,4;color=#ff000040\x1e" "5,6"}, {"annot", ".2f"},
    {"cvd", "deutan=0.5"}, {"categories", "sea,land"}, {"cbar-format", ".2f"}, {"cbar-size", "3%"}, {"cbar-shrink", "0.5"}, {"cbar-ticks", "0,1,2.5"},
};

static void sample(const struct option_row *row, char *out, size_t size)
{
    for (size_t i = 0; i < sizeof SAMPLES / sizeof *SAMPLES; i++)
        if (strcmp(SAMPLES[i].name, row->name) == 0) {
            snprintf(out, size, "%s", SAMPLES[i].value);
            return;
        }
    if (row->type == OPTION_FLAG)
        snprintf(out, size, "true");
    else if (row->type == OPTION_COLOR)
        snprintf(out, size, "#10203040");
    else if (row->type == OPTION_CHOICE)
        snprintf(out, size, "%s", row->choices[strcmp(row->choices[0], row->default_text) == 0 ? 1 : 0]);
    else if (row->type == OPTION_NUMBER || row->type == OPTION_DURATION || row->type == OPTION_INT)
        snprintf(out, size, "%d", (int)fmax(row->min, 12));
    else
        snprintf(out, size, "Züge \"%s\"\n", row->name);
}

Test(options_figure, every_row_there_and_back)
{
    int num_tried = 0;
    for (int i = 0; i < OPTIONS_NUM; i++) {
        const struct option_row *row = &OPTIONS_TABLE[i];
        char text[200], message[OPTION_MESSAGE] = "";
        struct options from, to;
        options_init(&from);
        options_init(&to);
        bool of_look = row->access == ACCESS_LOOK;
        sample(row, text, sizeof text);
        bool stored = of_look && option_store(row, &from.look, text, message);
        if (of_look && stored) {
            char *json = options_figure_json(&from.look, &from.run), *again;
            cr_assert(strstr(json, row->name) || row->type == OPTION_GAMMA, "--%s is not in %s", row->name, json);
            cr_assert_eq(options_set_figure_json(&to, "test", json), HS_OK, "--%s: %s", row->name, json);
            again = options_figure_json(&to.look, &to.run);
            cr_assert_str_eq(json, again, "--%s", row->name);
            num_tried++;
            free(json);
            free(again);
        }
        cr_assert(!of_look || stored, "--%s needs a sample here: '%s': %s", row->name, text, message);
        options_fini(&from);
        options_fini(&to);
    }
    cr_assert_gt(num_tried, 30);
}

Test(options_figure, defaults_are_left_out)
{
    struct options o;
    options_init(&o);
    char *json = options_figure_json(&o.look, &o.run);
    cr_assert_str_eq(json, "{}");
    free(json);
    options_fini(&o);
}

Test(options_figure, of_the_run_only_what_makes_the_figure)
{
    struct options from, to;
    options_init(&from);
    options_init(&to);
    char *argv[] = {"--size", "300x200", "--share-range", "-o", "secret.png", "--renderer", "soft", "a.npy"};
    cr_assert_eq(options_parse_argv(&from, 8, argv), HS_OK);
    char *json = options_figure_json(&from.look, &from.run);
    cr_assert(!strstr(json, "secret") && !strstr(json, "renderer") && !strstr(json, "a.npy"), "%s", json);
    cr_assert_eq(options_set_figure_json(&to, "test", json), HS_OK);
    cr_assert(to.run.width == 300 && to.run.height == 200 && to.run.share_range == 1);
    free(json);
    options_fini(&from);
    options_fini(&to);
}

/* A picture from elsewhere must not set what touches the machine, nor make it read a file. */
Test(options_figure, refuses_the_machine)
{
    struct options o;
    options_init(&o);
    cr_assert_eq(options_set_figure_json(&o, "test", "{\"output\":\"/tmp/x.png\",\"title\":\"T\"}"), HS_ERR_USAGE);
    cr_assert_eq(options_set_figure_json(&o, "test", "{\"cmap\":\"/etc/colours.txt\"}"), HS_ERR_USAGE);
    cr_assert_eq(options_set_figure_json(&o, "test", "[1]"), HS_ERR_USAGE);
    cr_assert_null(o.run.output);
    cr_assert_str_eq(o.look.title, "T");
    options_fini(&o);
}
