/* Words, lines and spans as text; names from files; formats and lists of ticks. */
#include <criterion/criterion.h>
#include "plot/marks.h"
#include "plot/option_names.h"
#include "plot/options.h"
#include "plot/tick_format.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct mark good(enum mark_kind kind, const char *text)
{
    char message[128] = "";
    struct mark m;
    cr_assert(mark_parse(kind, text, strlen(text), &m, message, sizeof message), "%s: %s", text, message);
    return m;
}

static void bad(enum mark_kind kind, const char *text, const char *why)
{
    char message[256] = "";
    struct mark m;
    cr_assert_not(mark_parse(kind, text, strlen(text), &m, message, sizeof message), "%s", text);
    cr_assert(strstr(message, why), "%s: %s", text, message);
}

static void words_are(const struct mark *m, const char *words)
{
    cr_assert(m->words_len == strlen(words) && memcmp(m->words, words, m->words_len) == 0, "%.*s", (int)m->words_len, m->words);
}

Test(marks, text)
{
    struct mark m = good(MARK_TEXT, "3,-4.5e1,hello;ha=right;va=top;color=red;size=12;rotation=-30;halo=none");
    words_are(&m, "hello");
    cr_assert(!m.axes && m.a == 3 && m.b == -45 && m.ha == MARK_END && m.va == MARK_START && m.size_pt == 12 && m.degrees == -30);
    cr_assert(m.color.r == 255 && m.color.g == 0 && m.halo.a == 0);
    m = good(MARK_TEXT, "1,2,light words;color=white");
    cr_assert(m.halo.a == 255 && m.halo.r < 60, "and a dark rim");
    m = good(MARK_TEXT, "1,2,as asked for;color=white;halo=white");
    cr_assert_eq(m.halo.r, 255);
    m = good(MARK_TEXT, "axes:0.5,1,a, b; c=d;e");
    words_are(&m, "a, b; c=d;e");
    cr_assert(m.axes && m.a == 0.5 && m.b == 1 && isnan(m.size_pt) && m.halo.a == 255 && m.ha == MARK_CENTER);
    m = good(MARK_TEXT, "1,2,;)");
    words_are(&m, ";)");
    bad(MARK_TEXT, "1,2", "X,Y,WORDS");
    bad(MARK_TEXT, "1,2,", "X,Y,WORDS");
    bad(MARK_TEXT, "x,2,a", "X,Y,WORDS");
    bad(MARK_TEXT, "nan,2,a", "X,Y,WORDS");
    bad(MARK_TEXT, "1,2,a;color=octarine", "'color=octarine'");
    bad(MARK_TEXT, "1,2,a;size=0", "'size=0'");
}

Test(marks, lines_and_spans)
{
    struct mark m = good(MARK_HLINE, "1e3;style=dashed;width=2.5;color=#01020304");
    cr_assert(m.a == 1000 && m.dashed && m.width_pt == 2.5 && m.color.a == 4);
    m = good(MARK_VSPAN, "2,-7;color=blue");
    cr_assert(m.a == 2 && m.b == -7 && m.color.b == 255);
    cr_assert(good(MARK_HSPAN, "0,1").color.a < 255, "what is below a span shows");
    bad(MARK_HLINE, "1,2", "a value");
    bad(MARK_HLINE, "", "a value");
    bad(MARK_HLINE, "1;ha=left", "color=, width=");
    bad(MARK_VSPAN, "1", "A,B");
    bad(MARK_VSPAN, "1,2;style=dashed", "color=");
    bad(MARK_VLINE, "1;width=-1", "no value");
}

Test(marks, update_parses_what_has_changed)
{
    struct marks m = {0};
    const char *texts[MARK_NUM_KINDS] = {[MARK_TEXT] = "1,2,a\x1e" "3,4,b", [MARK_HSPAN] = "1,2"};
    marks_update(&m, texts);
    cr_assert_eq(m.num, 3);
    cr_assert(m.items[0].kind == MARK_HSPAN && m.items[2].kind == MARK_TEXT, "spans below, words above");
    words_are(&m.items[1], "a");
    const struct mark *items = m.items;
    const char *words = m.items[1].words;
    marks_update(&m, texts);
    cr_assert(m.items == items && m.items[1].words == words);
    texts[MARK_TEXT] = NULL;
    marks_update(&m, texts);
    cr_assert_eq(m.num, 1);
    marks_fini(&m);
}

static void set(struct options *o, enum option_origin origin, const char *name, const char *value, enum hs_status want)
{
    struct run *run = origin == OPTION_FROM_STREAM ? NULL : &o->run;
    cr_assert_eq(options_set(&o->look, run, origin, "test", name, value), want, "%s %s", name, value);
}

Test(marks, options_add_up_and_a_stream_replaces)
{
    struct options o;
    options_init(&o);
    set(&o, OPTION_FROM_ARGV, "hline", "1", HS_OK);
    set(&o, OPTION_FROM_ARGV, "hline", "2;color=red", HS_OK);
    cr_assert_str_eq(o.look.hline, "1\x1e" "2;color=red");
    set(&o, OPTION_FROM_ARGV, "hline", "x", HS_ERR_USAGE);
    cr_assert_eq(options_set_json(&o.look, "test", "{\"hline\":[\"3\",4,\"5;width=2\"]}"), HS_OK);
    cr_assert_str_eq(o.look.hline, "3\x1e" "4\x1e" "5;width=2");
    cr_assert_eq(options_set_json(&o.look, "test", "{\"hline\":[\"7\",\"y\"]}"), HS_ERR_USAGE);
    cr_assert_str_eq(o.look.hline, "3\x1e" "4\x1e" "5;width=2", "as before");
    cr_assert_eq(options_set_json(&o.look, "test", "{\"hline\":[],\"text\":\"1,2,one\\ntwo\",\"xticks\":[0,2.5],\"xtick_rotation\":45}"), HS_OK);
    cr_assert(!o.look.hline && strcmp(o.look.text, "1,2,one\ntwo") == 0 && strcmp(o.look.xticks, "0,2.5") == 0);
    cr_assert_eq(o.look.xtick_rotation, 45);
    cr_assert_eq(options_set_json(&o.look, "test", "{\"xticklabels\":[\"a, b\",\"c\"],\"yticklabels\":[],\"xticks\":null}"), HS_OK);
    cr_assert(strcmp(o.look.xticklabels, "\x1e" "a, b\x1e" "c") == 0 && strcmp(o.look.yticklabels, "none") == 0 && !o.look.xticks);
    options_fini(&o);
}

Test(names, from_a_file_but_never_for_a_stream)
{
    char path[] = "/tmp/heatscope-names-XXXXXX", at[64];
    int fd = mkstemp(path);
    static const char LINES[] = "\xef\xbb\xbfone, 1\r\ntwo\n\nfour";
    cr_assert(fd >= 0 && write(fd, LINES, sizeof LINES - 1) == sizeof LINES - 1);
    close(fd);
    struct options o;
    options_init(&o);
    snprintf(at, sizeof at, "@%s", path);
    set(&o, OPTION_FROM_ARGV, "xticklabels", at, HS_OK);
    cr_assert_str_eq(o.look.xticklabels, "\x1e" "one, 1\x1e" "two\x1e\x1e" "four");
    set(&o, OPTION_FROM_CONFIG, "yticklabels", path, HS_OK);
    cr_assert_str_eq(o.look.yticklabels, o.look.xticklabels, "a path alone");
    set(&o, OPTION_FROM_STREAM, "yticklabels", at, HS_ERR_USAGE);
    set(&o, OPTION_FROM_STREAM, "yticklabels", path, HS_OK);
    cr_assert_str_eq(o.look.yticklabels, path, "a name as any other");
    cr_assert_eq(truncate(path, 0), 0);
    set(&o, OPTION_FROM_ARGV, "xticklabels", at, HS_ERR_USAGE);
    unlink(path);
    set(&o, OPTION_FROM_ARGV, "xticklabels", at, HS_ERR_USAGE);
    set(&o, OPTION_FROM_ARGV, "xticklabels", "@/tmp", HS_ERR_USAGE);
    options_fini(&o);
}

static void written(const char *format, double v, double step, const char *want)
{
    struct tick_format f;
    char got[TICKS_TEXT];
    cr_assert(tick_format_parse(format, &f), "%s", format);
    tick_format_text(&f, v, step, got, sizeof got);
    cr_assert_str_eq(got, want, "%s of %g: %s, not %s", format, v, got, want);
}

Test(tick_format, numbers)
{
    static const struct { double v; const char *si, *sci, *plain; } CASES[] = {
        {0, "0", "0", "0"}, {1, "1", "1", "1"}, {1000, "1 k", "1×10³", "1000"}, {1500, "1.5 k", "1.5×10³", "1500"},
        {-2.5e6, "−2.5 M", "−2.5×10⁶", "−2500000"}, {2e-5, "20 µ", "2×10⁻⁵", "0.00002"}, {999.9999999, "1 k", "1×10³", "1000"},
        {1e30, "1×10³⁰", "1×10³⁰", "1000000000000000019884624838656"}, {0.25, "250 m", "2.5×10⁻¹", "0.25"},
        {NAN, "nan", "nan", "nan"}, {INFINITY, "inf", "inf", "inf"}, {1e-300, "1×10⁻³⁰⁰", "1×10⁻³⁰⁰", "1×10⁻³⁰⁰"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        written("si", CASES[i].v, 0, CASES[i].si);
        written("sci", CASES[i].v, 0, CASES[i].sci);
        written("plain", CASES[i].v, 0, CASES[i].plain);
    }
    written("si", 1e-17, 1, "0");
    written("si", 1234567, 1, "1.234567 M");
    written(".1f", -0.04, 0, "0.0");
    written(".1f", 2.25, 0, "2.2");
    written("+.2e", 1234, 0, "+1.23e+03");
    written(".0%", 0.256, 0, "26%");
    written("d", 41.7, 0, "42");
    written(".3g", -1234, 0, "−1.23e+03");
    written("{:.1f} kg", 3, 0, "3.0 kg");
    written("%.2f", 3, 0, "3.00");
    written("£{}", 5, 0, "£5");
    written(",d", 1234567, 0, "1,234,567");
    static const char *const BAD[] = {"x", ".f", "{:.1f", ".1s", "f.1", "1.2.3f", "{:.1f} this is a long word indeed"};
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        struct tick_format f;
        cr_assert_not(tick_format_parse(BAD[i], &f), "%s", BAD[i]);
    }
}

Test(tick_format, whole_axes)
{
    struct ticks t;
    struct tick_format f;
    ticks_linear(&t, 0, 2e6, 5, false);
    cr_assert_str_eq(t.offset, "×10⁶");
    tick_format_parse("si", &f);
    ticks_apply_format(&t, &f);
    cr_assert(!t.offset[0] && strcmp(t.text[0], "0") == 0 && strcmp(t.text[1], "500 k") == 0 && strcmp(t.text[3], "1.5 M") == 0);
    ticks_linear(&t, 0, 1, 5, false);
    tick_format_parse("plain", &f);
    ticks_apply_format(&t, &f);
    cr_assert(strcmp(t.text[0], "0.00") == 0 && strcmp(t.text[1], "0.25") == 0, "%s %s: as many digits each", t.text[0], t.text[1]);
}

Test(tick_format, lists)
{
    double at[TICKS_MAX];
    int num;
    cr_assert(ticks_parse_list("3, -1.5e2,7", at, &num) && num == 3 && at[0] == 3 && at[1] == -150 && at[2] == 7);
    char many[4 * (TICKS_MAX + 1)] = "1";
    for (int i = 1; i < TICKS_MAX; i++)
        strcat(many, ",1");
    cr_assert(ticks_parse_list(many, at, &num) && num == TICKS_MAX);
    strcat(many, ",1");
    cr_assert_not(ticks_parse_list(many, at, &num));
    cr_assert_not(ticks_parse_list("1,,2", at, &num));
    cr_assert_not(ticks_parse_list("1;2", at, &num));
    cr_assert_not(ticks_parse_list("nan", at, &num));
}

/* What looks like a setting is one, and a misspelt one isn't words. */
Test(marks, misspelt_settings)
{
    bad(MARK_TEXT, "10,4,hi;wibble=3", "'wibble=3' is none of color=");
    bad(MARK_TEXT, "10,4,hi;colr=red", "did you mean 'color='?");
    bad(MARK_TEXT, "10,4,hi;fontsize=12", "did you mean 'size='?");
    bad(MARK_TEXT, "10,4,hi;siez=12;color=red", "did you mean 'size='?");
    struct mark m = good(MARK_TEXT, "10,4,hi; wibble=3");
    words_are(&m, "hi; wibble=3");
    m = good(MARK_TEXT, "10,4,T=4;p=3;color=red");
    words_are(&m, "T=4;p=3");
    m = good(MARK_TEXT, "10,4,hi;Rho=3");
    words_are(&m, "hi;Rho=3");
}

/* "sci": even ticks share a power of ten, others have their own. */
Test(tick_format, sci_has_one_power)
{
    struct ticks t;
    struct tick_format f;
    tick_format_parse("sci", &f);
    ticks_linear(&t, 0, 1200, 4, false);
    ticks_apply_format(&t, &f);
    cr_assert_eq(t.num, 3);
    cr_assert_str_eq(t.text[0], "0.0");
    cr_assert_str_eq(t.text[1], "0.5");
    cr_assert_str_eq(t.text[2], "1.0");
    cr_assert_str_eq(t.offset, "×10³");
    t = (struct ticks){.num = 3, .at = {1, 1000, 1e6}};
    ticks_apply_format(&t, &f);
    cr_assert_str_eq(t.text[0], "1");
    cr_assert_str_eq(t.text[2], "1×10⁶");
    cr_assert_str_eq(t.offset, "");
}
