/* --help and --list-options, written from the table. */
#include "base/memory.h"
#include "plot/options.h"
#include "plot/options_table.h"
#include <stdio.h>
#include <string.h>

enum { HELP_COLUMN = 29, MAX_COLUMN = 100 };

static const char INTRO[] =
    "Usage: heatscope [OPTIONS] [SOURCE...]\n"
    "\n"
    "Show matrices as a heatmap, live: NPY records, text or pictures from files, pipes and sockets.\n"
    "\n"
    "SOURCE:\n"
    "  PATH                       a file (.npy, text, PGM, PFM, or a stream of records), FIFO or device\n"
    "  -                          standard input\n"
    "  tcp://HOST:PORT            dial a producer, again whenever it goes away\n"
    "  unix://PATH                likewise, a Unix socket\n"
    "Without one: standard input if it is a pipe, a file or a socket, else --demo.\n";

static const char OUTRO[] =
    "\n"
    "A flag is undone by --no-NAME. Options also come from a config file (--config) and, where they are\n"
    "about looks, from the stream itself as a line of JSON: {\"vmin\": 0, \"cmap\": \"magma\"}.\n"
    "\n"
    "Examples:\n"
    "  heatscope matrix.npy                                   look at a file\n"
    "  heatscope matrix.npy -o picture.png --cmap magma       a picture of it\n"
    "  heatscope --listen 5555                                show what producers send to port 5555\n"
    "  producer | heatscope --vmin 0 --vmax 1 --policy all    show every frame of a pipe\n"
    "  heatscope ring.npy --loop --fps 0 --no-vsync --duration 6 --stats -\n"
    "                                                         measure how fast frames are shown\n";

static const char *const GROUP_TITLES[NUM_GROUPS] = {
    [GROUP_OUTPUT] = "Picture and window", [GROUP_SOURCE] = "Reading", [GROUP_COLOR] = "Colours",
    [GROUP_CELLS] = "Cells",               [GROUP_AXES] = "Axes",      [GROUP_WORDS] = "Words", [GROUP_TIME] = "Time and space",
    [GROUP_ABOUT] = "About",
};

/* Text from column HELP_COLUMN on, a new line before MAX_COLUMN where one of `breaks` stands; *column is where the cursor is. */
static bool append_wrapped(struct buf *b, const char *text, const char *breaks, int *column)
{
    bool ok = true;
    while (*text) {
        int len = (int)strcspn(text, breaks);
        if (*column + 1 + len > MAX_COLUMN) {
            ok = ok && buf_printf(b, "\n%*s", HELP_COLUMN, "");
            *column = HELP_COLUMN;
        } else if (*column > HELP_COLUMN) {
            ok = ok && buf_append(b, " ", 1);
            ++*column;
        }
        ok = ok && buf_append(b, text, (size_t)len);
        *column += len;
        text += len;
        text += strspn(text, " ");
    }
    return ok;
}

/* "[auto, gl, soft; default auto]" */
static bool describe_values(const struct option_row *row, struct buf *out)
{
    bool ok = buf_append(out, "", 0);
    if (row->type == OPTION_FLAG || !*row->default_text)
        return ok;
    for (int i = 0; row->choices && row->choices[i]; i++)
        ok = ok && buf_printf(out, "%s%s", i ? ", " : "[", row->choices[i]);
    return ok && buf_printf(out, "%sdefault %s]", out->len ? "; " : "[", row->default_text);
}

static bool append_row(struct buf *b, const struct option_row *row)
{
    char left[80];
    struct buf values = {0};
    int len = snprintf(left, sizeof left, row->short_name ? "  -%c, " : "      ", row->short_name);
    const char *hint = row->placeholder ? row->placeholder : "";
    bool optional = row->placeholder && option_value_is_optional(row);
    len += snprintf(left + len, sizeof left - (size_t)len, "--%s%s%s%s", row->name, optional ? "[=" : *hint ? " " : "", hint,
                    optional ? "]" : "");
    bool ok = buf_append(b, left, (size_t)len);
    if (len + 2 > HELP_COLUMN)
        ok = ok && buf_printf(b, "\n%*s", HELP_COLUMN, "");
    else
        ok = ok && buf_printf(b, "%*s", HELP_COLUMN - len, "");
    int column = HELP_COLUMN;
    ok = ok && describe_values(row, &values) && append_wrapped(b, row->help, " ", &column) &&
         append_wrapped(b, values.data, values.len > MAX_COLUMN - HELP_COLUMN ? " " : "", &column);
    buf_free(&values);
    return ok && buf_append(b, "\n", 1);
}

char *options_help_text(void)
{
    struct buf b = {0};
    bool ok = buf_append(&b, INTRO, strlen(INTRO));
    for (int group = 0; group < NUM_GROUPS; group++) {
        ok = ok && buf_printf(&b, "\n%s:\n", GROUP_TITLES[group]);
        for (int i = 0; i < OPTIONS_NUM; i++)
            if (OPTIONS_TABLE[i].group == (enum option_group)group)
                ok = ok && append_row(&b, &OPTIONS_TABLE[i]);
    }
    ok = ok && buf_append(&b, OUTRO, strlen(OUTRO));
    if (!ok)
        buf_free(&b);
    return b.data;
}

char *options_list_text(void)
{
    struct buf b = {0};
    bool ok = true;
    for (int i = 0; i < OPTIONS_NUM && ok; i++) {
        const struct option_row *row = &OPTIONS_TABLE[i];
        ok = buf_printf(&b, "%s\t%s", row->name, option_type_name(row));
        for (int k = 0; row->choices && row->choices[k]; k++)
            ok = ok && buf_printf(&b, "%c%s", k ? '|' : ':', row->choices[k]);
        ok = ok && buf_printf(&b, "\t%s\t%s\t%s\n", row->default_text, row->access == ACCESS_LOOK ? "stream" : "start", row->help);
    }
    if (!ok)
        buf_free(&b);
    return b.data;
}
