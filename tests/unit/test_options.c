/* Options: every type, each of the three origins, messages, and the promises of the table itself. Messages are read from stderr. */
#include "plot/norm.h"
#include "plot/options.h"
#include "plot/options_table.h"
#include <criterion/criterion.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static struct options o;
static int real_stderr, captured;
static char said[8192];

static void setup(void)
{
    options_init(&o);
    real_stderr = dup(2);
    captured = memfd_create("stderr", 0);
    dup2(captured, 2);
}

static void teardown(void)
{
    dup2(real_stderr, 2);
    close(real_stderr);
    close(captured);
    options_fini(&o);
}

/* What has been logged since the last call. */
static const char *messages(void)
{
    ssize_t len = pread(captured, said, sizeof said - 1, 0);
    said[len > 0 ? len : 0] = 0;
    cr_assert_eq(ftruncate(captured, 0), 0);
    lseek(captured, 0, SEEK_SET);
    return said;
}

static enum hs_status argv_status(const char *line)
{
    char copy[512], *argv[40];
    int argc = 0;
    snprintf(copy, sizeof copy, "%s", line);
    for (char *p = strtok(copy, " "); p; p = strtok(NULL, " "))
        argv[argc++] = p;
    return options_parse_argv(&o, argc, argv);
}

static void accept(const char *line)
{
    enum hs_status s = argv_status(line);
    cr_assert(s == HS_OK, "%s: %s", line, messages());
}

/* Refused with one line that holds `expected`. */
static void refuse(const char *line, const char *expected)
{
    messages();
    cr_assert(argv_status(line) == HS_ERR_USAGE, "%s is refused", line);
    messages();
    cr_assert(strstr(said, expected), "%s: '%s' isn't in '%s'", line, expected, said);
    cr_assert(strchr(said, '\n') == said + strlen(said) - 1, "one line: %s", said);
}

static void json(const char *text, const char *expected)
{
    messages();
    enum hs_status s = options_set_json(&o.look, "stream tcp:1.2.3.4:5", text);
    messages();
    cr_assert((s == HS_OK) == (expected == NULL), "%s: %s", text, said);
    cr_assert(expected ? strstr(said, expected) != NULL : !*said, "%s: '%s' isn't in '%s'", text, expected ? expected : "", said);
}

TestSuite(options, .init = setup, .fini = teardown);

/* --- the table --- */

Test(options, every_row_has_help_and_a_default_that_parses)
{
    cr_assert_gt(OPTIONS_NUM, 50);
    for (int i = 0; i < OPTIONS_NUM; i++) {
        const struct option_row *row = &OPTIONS_TABLE[i];
        struct options fresh;
        char message[OPTION_MESSAGE];
        options_init(&fresh);
        void *base = row->access == ACCESS_LOOK ? (void *)&fresh.look : (void *)&fresh.run;
        cr_expect(option_store(row, base, row->default_text, message), "%s: %s", row->name, message);
        cr_expect(row->help && strlen(row->help) > 3, "%s has help", row->name);
        cr_expect(row->type == OPTION_FLAG || row->placeholder, "%s has a placeholder", row->name);
        cr_expect_null(strpbrk(row->name, "_ ="), "%s", row->name);
        cr_expect(row->access == ACCESS_LOOK ? row->offset < sizeof(struct look) : row->offset < sizeof(struct run));
        cr_expect((row->type == OPTION_CHOICE || row->type == OPTION_NORM || row->type == OPTION_ASPECT) == (row->choices != NULL), "%s", row->name);
        for (int k = 0; k < i; k++) {
            cr_expect_str_neq(row->name, OPTIONS_TABLE[k].name);
            cr_expect(row->offset != OPTIONS_TABLE[k].offset ||
                          (row->access == ACCESS_LOOK) != (OPTIONS_TABLE[k].access == ACCESS_LOOK),
                      "%s and %s share a field", row->name, OPTIONS_TABLE[k].name);
        }
        options_fini(&fresh);
    }
}

Test(options, norm_choices_are_the_norms)
{
    bool negated;
    const struct option_row *row = option_find("norm", 4, &negated);
    for (int i = 0; i < NORM_NUM; i++)
        cr_assert_str_eq(row->choices[i], norm_name((enum norm_kind)i));
    cr_assert_null(row->choices[NORM_NUM]);
}

Test(options, defaults)
{
    const struct look *l = &o.look;
    cr_assert_str_eq(l->cmap, "viridis");
    cr_assert(isnan(l->vmin) && isnan(l->vmax) && isnan(l->center) && isnan(l->gamma) && isnan(l->robust_lo) &&
              isnan(l->extent[0]) && isnan(l->view[0]));
    cr_assert(l->norm == NORM_LINEAR && !l->norm_set && !l->bad_set && !l->under_set && !l->over_set);
    cr_assert(l->bad.r == 211 && l->bad.g == 211 && l->bad.b == 211 && l->bad.a == 255 && l->linecolor.r == 255);
    cr_assert(l->linewidths == 0 && l->dpi == 100 && l->font_size == 10 && l->reduce == 0 && !l->square && !l->bare && !l->no_cbar);
    cr_assert(l->origin == ORIGIN_UPPER && l->aspect == ASPECT_AUTO);
    cr_assert_null(l->title);
    cr_assert_str_eq(l->xticklabels, "auto");
    const struct run *r = &o.run;
    cr_assert(r->width == 1280 && r->height == 720 && r->rows == 512 && isnan(r->fps) && r->policy == -1 && r->every == 1);
    cr_assert(isnan(r->duration_s) && r->frames == 0 && r->history_bytes == 0 && r->memory_bytes == 0 && r->lines == 0);
    cr_assert(!r->output && !r->frame && !r->listen && !r->config && r->num_sources == 0 && r->renderer == RENDERER_AUTO);
}

/* --- types, from the command line --- */

Test(options, flags)
{
    accept("--square --headless --no-cbar --no-vsync");
    cr_assert(o.look.square && o.run.headless && o.look.no_cbar && o.run.no_vsync);
    accept("--no-square --cbar --vsync --no-headless");
    cr_assert(!o.look.square && !o.run.headless && !o.look.no_cbar && !o.run.no_vsync);
    accept("--square=yes --loop=off");
    cr_assert(o.look.square && !o.run.loop);
    refuse("--square=2", "--square: '2' is neither true nor false");
    refuse("--no-square=maybe", "--no-square: 'maybe' is neither");
    cr_assert(o.look.square);
    refuse("--no-vmin", "unknown option '--no-vmin'");
}

Test(options, numbers)
{
    accept("--vmin -3 --vmax=1e3 --center .5 --dpi 72.5");
    cr_assert(o.look.vmin == -3 && o.look.vmax == 1000 && o.look.center == 0.5 && o.look.dpi == 72.5);
    accept("--vmin auto --center none");
    cr_assert(isnan(o.look.vmin) && isnan(o.look.center));
    refuse("--vmax abc", "heatscope: error: --vmax: 'abc' is not a number");
    static const char *const BAD[] = {"nan", "inf", "-inf", "1e999", "0x10", "1,5", "3x", "--", "1e", "+-1", ".", "none"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        char line[64];
        snprintf(line, sizeof line, "--vmax=%s", BAD[i]);
        refuse(line, "is not a number");
    }
    refuse("--vmax=", "'' is not a number");
    cr_assert_eq(o.look.vmax, 1000);
    refuse("--dpi 1", "--dpi: 1 is out of range: 10 to 2400");
    refuse("--fps -1", "--fps: -1 is out of range: 0 to 10000");
    accept("--fps 0");
    cr_assert_eq(o.run.fps, 0);
}

Test(options, integers)
{
    accept("--rows 64 --frames=9000000000");
    cr_assert(o.run.rows == 64 && o.run.frames == 9000000000);
    refuse("--rows 0", "out of range: 1 to 16777216");
    refuse("--rows 1.5", "'1.5' is not a whole number");
    refuse("--rows=", "'' is not a whole number");
    refuse("--rows 10x", "not a whole number");
    refuse("--frames 99999999999999999999999", "out of range");
    cr_assert_eq(o.run.rows, 64);
}

Test(options, bytes)
{
    accept("--history 512M --memory 3G");
    cr_assert(o.run.history_bytes == 512ll << 20 && o.run.memory_bytes == 3ll << 30);
    accept("--history 1.5g --memory 64KiB");
    cr_assert(o.run.history_bytes == 3ll << 29 && o.run.memory_bytes == 65536);
    accept("--history 1000000 --memory 1TB");
    cr_assert(o.run.history_bytes == 1000000 && o.run.memory_bytes == 1ll << 40);
    refuse("--history 1Q", "'1Q' is not a size, as in 512M or 3G");
    refuse("--history 1Mi3", "not a size");
    refuse("--history M", "not a size");
    refuse("--history 12", "out of range");
    refuse("--history -1G", "out of range");
    refuse("--history 1e30", "out of range");
    cr_assert_eq(o.run.history_bytes, 1000000);
    accept("--history auto");
    cr_assert_eq(o.run.history_bytes, 0);
}

Test(options, size)
{
    accept("--size 640x480");
    cr_assert(o.run.width == 640 && o.run.height == 480);
    refuse("--size 640", "'640' is not WIDTHxHEIGHT");
    refuse("--size 640x", "not WIDTHxHEIGHT");
    refuse("--size 640x4.5", "not WIDTHxHEIGHT");
    refuse("--size 640x480x3", "not WIDTHxHEIGHT");
    refuse("--size 0x480", "not WIDTHxHEIGHT");
    refuse("--size 100000x1", "out of range: 1 to 16384");
    cr_assert(o.run.width == 640 && o.run.height == 480);
}

Test(options, strings)
{
    accept("--title=Room=3 -o out.png --stats - --xticklabels a,b,c");
    cr_assert_str_eq(o.look.title, "Room=3");
    cr_assert_str_eq(o.run.output, "out.png");
    cr_assert_str_eq(o.run.stats, "-");
    cr_assert_str_eq(o.look.xticklabels, "a,b,c");
    accept("--title= -oshort.png");
    cr_assert_null(o.look.title);
    cr_assert_str_eq(o.run.output, "short.png");
    accept("-o -");
    cr_assert_str_eq(o.run.output, "-");
    refuse("--title", "--title: needs a value");
    refuse("-o", "-o: needs a value");
    refuse("--title --vmin 3", "--title: needs a value before '--vmin'");
    accept("--title=--vmin");
    cr_assert_str_eq(o.look.title, "--vmin");
}

Test(options, choices)
{
    accept("--norm log --reduce absmax --origin lower --aspect equal --renderer soft --lines frames --cmap RdBu_r");
    cr_assert(o.look.norm == NORM_LOG && o.look.reduce == 4 && o.look.origin == ORIGIN_LOWER && o.look.aspect == ASPECT_EQUAL);
    cr_assert(o.run.renderer == RENDERER_SOFT && o.run.lines == 2);
    cr_assert_str_eq(o.look.cmap, "RdBu_r");
    refuse("--reduce median", "--reduce: 'median' is none of auto, max, min, mean or absmax");
    refuse("--cmap virids", "--cmap: no colormap 'virids'; did you mean 'viridis'? (--list-cmaps shows all)");
    cr_assert_str_eq(o.look.cmap, "RdBu_r");
    cr_assert_eq(o.look.reduce, 4);
}

Test(options, colours)
{
    accept("--bad red --under #0000ff80 --over 0.5 --linecolor k");
    cr_assert(o.look.bad_set && o.look.bad.r == 255 && o.look.bad.g == 0);
    cr_assert(o.look.under_set && o.look.under.b == 255 && o.look.under.a == 128);
    cr_assert(o.look.over_set && o.look.over.r == 127 && o.look.linecolor.r == 0 && o.look.linecolor.a == 255);
    accept("--under auto");
    cr_assert(!o.look.under_set);
    refuse("--bad reddish", "--bad: 'reddish' is not a colour");
    cr_assert(o.look.bad_set && o.look.bad.r == 255);
}

Test(options, view_extent_robust)
{
    accept("--view 0:100,200:300 --extent 0,10,-1,1 --robust");
    cr_assert(o.look.view[0] == 0 && o.look.view[1] == 100 && o.look.view[2] == 200 && o.look.view[3] == 300);
    cr_assert(o.look.extent[1] == 10 && o.look.extent[2] == -1 && o.look.robust_lo == 2 && o.look.robust_hi == 98);
    accept("--robust=0.5,99");
    cr_assert(o.look.robust_lo == 0.5 && o.look.robust_hi == 99);
    refuse("--view 0:100", "'0:100' is not R0:R1,C0:C1");
    refuse("--view 5:5,0:1", "shows nothing");
    refuse("--view 0:1,0:1,2", "is not R0:R1,C0:C1");
    refuse("--extent 0,10,1", "is not LEFT,RIGHT,BOTTOM,TOP");
    refuse("--extent 1,1,0,5", "no width");
    refuse("--extent 0,nan,0,5", "is not LEFT");
    refuse("--robust=98,2", "0 <= LO < HI <= 100");
    refuse("--robust=5", "is not LO,HI");
    refuse("--robust=", "is not LO,HI");
    cr_assert(o.look.view[3] == 300 && o.look.extent[3] == 1 && o.look.robust_hi == 99);
    accept("--view all --extent auto --robust=off");
    cr_assert(isnan(o.look.view[0]) && isnan(o.look.extent[0]) && isnan(o.look.robust_lo) && isnan(o.look.robust_hi));
}

Test(options, policy_duration_frame)
{
    accept("--policy every=10 --duration 2.5 --frame 12");
    cr_assert(o.run.policy == 2 && o.run.every == 10 && o.run.duration_s == 2.5);
    cr_assert_str_eq(o.run.frame, "12");
    accept("--policy all --duration 500ms --frame last");
    cr_assert(o.run.policy == 1 && o.run.every == 1 && o.run.duration_s == 0.5);
    accept("--policy latest --duration 8h");
    cr_assert(o.run.policy == 0 && o.run.duration_s == 28800);
    refuse("--policy every", "none of latest, all or every=N");
    refuse("--policy every=0", "none of latest");
    refuse("--policy every=2.5", "none of latest");
    refuse("--duration soon", "'soon' is not a time");
    refuse("--duration 3d", "not a time");
    refuse("--duration -1", "out of range");
    refuse("--frame -1", "none of first, last, or a number");
    refuse("--frame=", "none of first, last");
    cr_assert_str_eq(o.run.frame, "last");
    cr_assert(o.run.policy == 0 && o.run.duration_s == 28800);
    accept("--duration none --policy auto --frame auto");
    cr_assert(isnan(o.run.duration_s) && o.run.policy == -1 && !o.run.frame);
}

Test(options, gamma_selects_the_power_norm)
{
    accept("--gamma 0.5");
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 0.5);
    refuse("--norm log", "--norm: the log norm has no gamma, but gamma 0.5 is set");
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 0.5);
    accept("--gamma none");
    cr_assert(o.look.norm == NORM_LINEAR && isnan(o.look.gamma));
    accept("--norm log");
    refuse("--gamma 2", "--gamma: the log norm has no gamma");
    cr_assert(o.look.norm == NORM_LOG && isnan(o.look.gamma));
    accept("--norm power");
    cr_assert(o.look.norm == NORM_POWER && isnan(o.look.gamma));
    accept("--norm power --gamma 2");
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 2);
    refuse("--gamma 0", "out of range");
    refuse("--norm cubic", "'cubic' is none of linear, log, power, symlog");
}

/* --- the command line as such --- */

Test(options, sources)
{
    accept("a.npy --vmin 1 - -- --odd -o");
    cr_assert_eq(o.run.num_sources, 4);
    cr_assert_str_eq(o.run.sources[0], "a.npy");
    cr_assert_str_eq(o.run.sources[1], "-");
    cr_assert_str_eq(o.run.sources[2], "--odd");
    cr_assert_str_eq(o.run.sources[3], "-o");
    refuse("1 2 3 4 5 6 7 8 9 10 11 12 13", "more than 16 sources");
    char *empty[] = {""};
    cr_assert_eq(options_parse_argv(&o, 1, empty), HS_ERR_USAGE);
}

Test(options, unknown_options)
{
    refuse("--vmim 3", "heatscope: error: unknown option '--vmim'; did you mean '--vmin'?");
    refuse("--octarine=x", "unknown option '--octarine' (--list-options shows all)");
    refuse("-x", "unknown option '-x'");
    refuse("-hx", "unknown option '-hx'");
    refuse("-3", "unknown option '-3'");
    refuse("--=3", "unknown option '--'");
    char line[400] = "--";
    memset(line + 2, 'v', 300);
    refuse(line, "unknown option '--vvv");
    accept("-h");
    cr_assert(o.run.help);
}

Test(options, together)
{
    refuse("--vmin 5 --vmax 1", "--vmin 5 is above --vmax 1");
    accept("--vmin 5 --vmax 5");
    refuse("--norm log --vmin -1", "--norm log needs --vmin and --vmax above 0, not -1");
}

/* --- config file --- */

static enum hs_status config(const char *text, char *path)
{
    strcpy(path, "/tmp/heatscope-test-XXXXXX");
    int fd = mkstemp(path);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    messages();
    enum hs_status s = options_parse_config(&o, path);
    messages();
    unlink(path);
    return s;
}

Test(options, config_file)
{
    char path[64];
    enum hs_status s = config("\xef\xbb\xbf# a comment\n\n  vmin = -2.5  # least\r\nbad=#ff0000\nsquare\n"
                              "cbar_label = \"  a # b \"\ntitle = a=b # c d\nlisten = :5555\n"
                              "no-cbar = false\nrobust\nylabel =\n", path);
    cr_assert(s == HS_OK, "%s", said);
    cr_assert(o.look.vmin == -2.5 && o.look.bad.r == 255 && o.look.bad.g == 0 && o.look.square && !o.look.no_cbar);
    cr_assert_str_eq(o.look.cbar_label, "  a # b ");
    cr_assert_str_eq(o.look.title, "a=b");
    cr_assert_str_eq(o.run.listen, ":5555");
    cr_assert(o.look.robust_lo == 2 && !o.look.ylabel);
}

Test(options, config_goes_on_after_errors)
{
    char path[64], expect[200];
    cr_assert_eq(config("vmin = x\nvmax = 7\nconfig = other\nvmex = 3\ntitle\n", path), HS_ERR_USAGE);
    cr_assert(isnan(o.look.vmin) && o.look.vmax == 7 && !o.run.config);
    snprintf(expect, sizeof expect, "heatscope: error: %s:1: vmin: 'x' is not a number, nor auto\n", path);
    cr_assert(strstr(said, expect), "%s", said);
    snprintf(expect, sizeof expect, "%s:3: option 'config' can't be set from a config file\n", path);
    cr_assert(strstr(said, expect), "%s", said);
    snprintf(expect, sizeof expect, "%s:4: unknown option 'vmex'; did you mean 'vmax'?\n", path);
    cr_assert(strstr(said, expect), "%s", said);
    snprintf(expect, sizeof expect, "%s:5: title: needs a value: TEXT\n", path);
    cr_assert(strstr(said, expect), "%s", said);
}

Test(options, config_that_cannot_be_read)
{
    cr_assert_eq(options_parse_config(&o, "/nowhere/a.conf"), HS_ERR_IO);
    cr_assert(strstr(messages(), "can't read '/nowhere/a.conf': No such file"));
    cr_assert_eq(options_parse_config(&o, "/tmp"), HS_ERR_IO);
    cr_assert(strstr(messages(), "can't read '/tmp': Is a directory"));
}

/* --- stream --- */

Test(options, json_values)
{
    json("{\"title\":\"Room 3\",\"vmin\":0,\"vmax\":0.1,\"cmap\":\"magma\",\"square\":true,\"cbar_label\":\"K\","
         "\"extent\":[0,1.5,-2,3],\"xticklabels\":[\"a\",\"b\",3],\"view\":[0,10,5,20],\"robust\":[1,99],\"bad\":\"red\","
         "\"t_ns\":12345678901234567890123,\"units\":{},\"row_labels\":[null]}", NULL);
    cr_assert_str_eq(o.look.title, "Room 3");
    cr_assert_str_eq(o.look.cmap, "magma");
    cr_assert_str_eq(o.look.cbar_label, "K");
    cr_assert_str_eq(o.look.xticklabels, "\x1e" "a\x1e" "b\x1e" "3");
    cr_assert(o.look.vmin == 0 && o.look.vmax == 0.1 && o.look.square && o.look.extent[1] == 1.5 && o.look.view[3] == 20);
    cr_assert(o.look.robust_lo == 1 && o.look.bad_set);
    json("{\"square\":false,\"cbar\":false,\"robust\":true,\"title\":\"\",\"vmin\":\"auto\"}", NULL);
    cr_assert(!o.look.square && o.look.no_cbar && o.look.robust_lo == 2 && !o.look.title && isnan(o.look.vmin));
    json("{\"robust\":false,\"bad\":null,\"cmap\":null,\"extent\":null,\"xticklabels\":null,\"cbar\":null,\"vmax\":null}", NULL);
    cr_assert(isnan(o.look.robust_lo) && !o.look.bad_set && o.look.bad.g == 211 && isnan(o.look.extent[0]) && isnan(o.look.vmax));
    cr_assert(!o.look.no_cbar);
    cr_assert_str_eq(o.look.cmap, "viridis");
    cr_assert_str_eq(o.look.xticklabels, "auto");
    json("{}", NULL);
}

Test(options, json_errors_leave_the_good_ones)
{
    json("{\"vmin\":\"x\",\"vmax\":3}", "heatscope: error: stream tcp:1.2.3.4:5: vmin: 'x' is not a number, nor auto\n");
    cr_assert(isnan(o.look.vmin) && o.look.vmax == 3);
    json("{\"vmim\":3}", "stream tcp:1.2.3.4:5: unknown option 'vmim'; did you mean 'vmin'?");
    json("{\"listen\":\"5\",\"dpi\":50}", "stream tcp:1.2.3.4:5: option 'listen' can't be set from a stream");
    cr_assert(!o.run.listen && o.look.dpi == 50);
    json("{\"output\":null}", "option 'output' can't be set from a stream");
    json("{\"help\":true}", "option 'help' can't be set from a stream");
    json("{\"title\":true}", "title: true is no string");
    json("{\"title\":false}", "title: false is no string");
    json("{\"title\":{}}", "title: a number, a string");
    json("{\"extent\":[1,[2]]}", "extent: a number, a string");
    json("{\"extent\":[]}", "extent: '' is not LEFT");
    json("{\"square\":3}", "square: '3' is neither true nor false");
    json("[1]", "settings must be a JSON object");
    json("{\"vmin\":", "settings must be a JSON object: ");
    json("{\"cmap\":\"\\u001b[31m\"}", "no colormap '\\x1b[31m'");
    cr_assert_str_eq(o.look.cmap, "viridis");
    cr_assert_null(o.look.title);
}

Test(options, run_options_are_refused_from_a_stream_all)
{
    for (int i = 0; i < OPTIONS_NUM; i++) {
        const struct option_row *row = &OPTIONS_TABLE[i];
        enum hs_status s = options_set(&o.look, NULL, OPTION_FROM_STREAM, "s", row->name, row->default_text);
        cr_expect_eq(s, row->access == ACCESS_LOOK ? HS_OK : HS_ERR_USAGE, "%s", row->name);
        s = options_set(&o.look, &o.run, OPTION_FROM_STREAM, "s", row->name, row->default_text);
        cr_expect_eq(s, row->access == ACCESS_LOOK ? HS_OK : HS_ERR_USAGE, "%s with a struct run", row->name);
    }
}

Test(options, json_norm_and_gamma)
{
    json("{\"gamma\":0.5}", NULL);
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 0.5);
    json("{\"norm\":\"cubic\"}", "none of linear, log, power, symlog");
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 0.5);
    json("{\"norm\":\"log\"}", NULL); /* the last writer wins */
    cr_assert(o.look.norm == NORM_LOG && isnan(o.look.gamma));
    json("{\"gamma\":2,\"norm\":\"log\"}", "gamma: the log norm has no gamma");
    json("{\"gamma\":2,\"norm\":\"power\"}", NULL);
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 2);
    json("{\"norm\":null,\"gamma\":null}", NULL);
    cr_assert(o.look.norm == NORM_LINEAR && !o.look.norm_set && isnan(o.look.gamma));
    json("{\"gamma\":3,\"norm\":null}", NULL);
    cr_assert(o.look.norm == NORM_POWER && o.look.gamma == 3);
}

/* --- copies and text --- */

Test(options, look_copy_is_deep)
{
    accept("--title one --cmap hot --vmin 3");
    struct look copy;
    look_copy(&copy, &o.look);
    accept("--title two --cmap gray");
    cr_assert_str_eq(copy.title, "one");
    cr_assert_str_eq(copy.cmap, "hot");
    cr_assert_eq(copy.vmin, 3);
    look_fini(&copy);
    cr_assert_null(copy.title);
    look_fini(&copy);
}

Test(options, help_text)
{
    char *text = options_help_text();
    cr_assert_eq(strncmp(text, "Usage: heatscope [OPTIONS] [SOURCE...]\n", 39), 0);
    for (int i = 0; i < OPTIONS_NUM; i++) {
        char name[64];
        snprintf(name, sizeof name, "--%s", OPTIONS_TABLE[i].name);
        cr_expect(strstr(text, name), "%s is in the help", name);
    }
    cr_expect(strstr(text, "-o, --output FILE.png"));
    cr_expect(strstr(text, "--robust[=LO,HI]"));
    cr_expect(strstr(text, "default 1280x720]"));
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
        cr_expect(strlen(line) <= 100 && line[strlen(line) - 1] != ' ', "'%s'", line);
    free(text);
}

Test(options, list_text)
{
    char *text = options_list_text();
    int lines = 0;
    cr_assert(strstr(text, "\nvmin\tnumber\tauto\tstream\t"));
    cr_assert(strstr(text, "\nsize\tsize\t1280x720\tstart\t"));
    cr_assert(strstr(text, "\norigin\tchoice:upper|lower\tupper\tstream\t"));
    for (char *p = text; *p; lines++) {
        int tabs = 0;
        for (; *p != '\n'; p++)
            tabs += *p == '\t';
        cr_expect_eq(tabs, 4);
        p++;
    }
    cr_assert_eq(lines, OPTIONS_NUM);
    free(text);
}

/* matplotlib's names are none of ours, but say which is; and each of those is one. */
Test(options, names_of_matplotlib)
{
    refuse("--figsize 4x3", "unknown option '--figsize'; did you mean '--size'?");
    refuse("--interpolation-stage rgba", "did you mean '--interpolation'?");
    refuse("--interpolation_stage rgba", "did you mean '--interpolation'?");
    refuse("--fmt .2f", "did you mean '--annot'?");
    refuse("--colorbar", "did you mean '--cbar-side'?");
    refuse("--title-fontsize 20", "did you mean '--title-size'?");
    refuse("--axes.titlesize 20", "did you mean '--title-size'?");
    refuse("--norm LogNorm", "--norm: 'LogNorm' is 'log' here");
    refuse("--norm TwoSlopeNorm", "'two-slope'");
    refuse("--norm wibble", "is none of linear");
    accept("--cbar");
    json("{\"figsize\":3}", "did you mean 'size'?");
}

Test(options, above_zero)
{
    refuse("--linthresh 0", "--linthresh: 0: must be above 0");
    refuse("--linear-width -1", "-1: must be above 0");
    refuse("--dpi 1", "1 is out of range: 10 to 2400");
}
