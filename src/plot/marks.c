/* Marks from text. Settings stand behind the last words and are read from the end, so that words may hold semicolons. Any thread. */
#include "plot/marks.h"
#include "base/memory.h"
#include "plot/spelling.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_VALUE = 80 };
static const struct color INK = {26, 26, 26, 255}, WHITE = {255, 255, 255, 255}, SHADE = {255, 255, 255, 96};

static bool wrong(char *message, size_t size, const char *what, const char *text, size_t len)
{
    snprintf(message, size, "'%.*s' %s", (int)(len < MAX_VALUE ? len : MAX_VALUE), text, what);
    return false;
}

static bool number(const char *text, double *out)
{
    char *end;
    *out = strtod(text, &end);
    return end != text && !*end && isfinite(*out);
}

static int word_of(const char *value, const char *const words[3])
{
    for (int i = 0; i < 3; i++)
        if (strcmp(value, words[i]) == 0)
            return i;
    return -1;
}

enum setting { SET_UNKNOWN, SET_OK, SET_BAD };

static enum setting as_setting(bool ok) { return ok ? SET_OK : SET_BAD; }

static enum setting set_text(struct mark *m, const char *name, const char *value)
{
    static const char *const HA[] = {"left", "center", "right"}, *const VA[] = {"top", "center", "bottom"};
    double v;
    if (strcmp(name, "ha") == 0 || strcmp(name, "va") == 0) {
        int at = word_of(value, name[0] == 'h' ? HA : VA);
        *(name[0] == 'h' ? &m->ha : &m->va) = (enum mark_place)(at < 0 ? 0 : at);
        return as_setting(at >= 0);
    }
    if (strcmp(name, "size") == 0)
        return as_setting(number(value, &m->size_pt) && m->size_pt >= 1 && m->size_pt <= 200);
    if (strcmp(name, "rotation") == 0) {
        bool ok = number(value, &v) && fabs(v) <= 180;
        m->degrees = ok ? (int)lround(v) : 0;
        return as_setting(ok);
    }
    if (strcmp(name, "halo") == 0) {
        m->halo = (struct color){0, 0, 0, 0};
        m->own_halo = true;
        return as_setting(strcmp(value, "none") == 0 || color_parse(value, &m->halo));
    }
    return SET_UNKNOWN;
}

static enum setting set_line(struct mark *m, const char *name, const char *value)
{
    if (strcmp(name, "width") == 0)
        return as_setting(number(value, &m->width_pt) && m->width_pt > 0 && m->width_pt <= 100);
    if (strcmp(name, "style") == 0) {
        m->dashed = strcmp(value, "dashed") == 0;
        return as_setting(m->dashed || strcmp(value, "solid") == 0);
    }
    return SET_UNKNOWN;
}

/* "name=value" of this kind of mark. */
static enum setting set(struct mark *m, const char *text, size_t len)
{
    char name[MAX_VALUE];
    if (len >= sizeof name)
        return SET_UNKNOWN;
    memcpy(name, text, len);
    name[len] = 0;
    char *value = strchr(name, '=');
    if (!value)
        return SET_UNKNOWN;
    *value++ = 0;
    if (strcmp(name, "color") == 0 || strcmp(name, "colour") == 0)
        return as_setting(color_parse(value, &m->color));
    if (m->kind == MARK_TEXT)
        return set_text(m, name, value);
    return m->kind == MARK_HLINE || m->kind == MARK_VLINE ? set_line(m, name, value) : SET_UNKNOWN;
}

/* The length of the name in "name=value" with nothing round it but letters, so that it was meant as a setting; 0: words. */
static size_t setting_name(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && text[n] >= 'a' && text[n] <= 'z')
        n++;
    return n >= 2 && n < len && text[n] == '=' ? n : 0;
}

/* A setting that words don't have. */
static bool unknown_setting(const char *text, size_t len, size_t name_len, char *message, size_t size)
{
    static const struct { const char *name, *meant; } NAMES[] = {
        {"color", "color"}, {"size", "size"}, {"ha", "ha"}, {"va", "va"}, {"rotation", "rotation"}, {"halo", "halo"},
        {"fontsize", "size"}, {"horizontalalignment", "ha"}, {"verticalalignment", "va"}, {"angle", "rotation"}, {"fontcolor", "color"}};
    const char *meant = NULL;
    int nearest = 9; /* two edits */
    for (size_t i = 0; i < sizeof NAMES / sizeof *NAMES; i++) {
        int distance = spelling_distance(text, name_len, NAMES[i].name);
        if (distance < nearest && distance < 4 * (int)name_len / 2 + 1) {
            nearest = distance;
            meant = NAMES[i].meant;
        }
    }
    snprintf(message, size, "'%.*s' is none of color=, size=, ha=, va=, rotation=, halo=%s%s%s (words: a blank behind the ';')",
             (int)(len < 40 ? len : 40), text, meant ? "; did you mean '" : "", meant ? meant : "", meant ? "='?" : "");
    return false;
}

/* The last ';' in text, or NULL. */
static const char *last_semicolon(const char *text, size_t len)
{
    for (const char *p = text + len; p > text; p--)
        if (p[-1] == ';')
            return p - 1;
    return NULL;
}

/* "1.5" up to one of `ends` (or the end of the text); NULL: no number. */
static const char *scan(const char *p, const char *end, double *out)
{
    char copy[MAX_VALUE], *stop;
    size_t len = (size_t)(end - p) < sizeof copy - 1 ? (size_t)(end - p) : sizeof copy - 1;
    memcpy(copy, p, len);
    copy[len] = 0;
    *out = strtod(copy, &stop);
    if (stop == copy || !isfinite(*out))
        return NULL;
    stop += strspn(stop, " ");
    return p + (stop - copy);
}

static bool parse_body(struct mark *m, const char *text, const char *end)
{
    const char *p = scan(text, end, &m->a);
    bool line = m->kind == MARK_HLINE || m->kind == MARK_VLINE;
    if (!p || line)
        return p == end;
    if (p == end || *p != ',' || !(p = scan(p + 1, end, &m->b)))
        return false;
    if (m->kind != MARK_TEXT)
        return p == end;
    if (p == end || *p != ',' || p + 1 == end)
        return false;
    m->words = p + 1;
    m->words_len = (size_t)(end - m->words);
    return true;
}

/* By Rec. 601's weights. */
static bool is_light(struct color c)
{
    return 299 * c.r + 587 * c.g + 114 * c.b > 1000 * 140;
}

bool mark_parse(enum mark_kind kind, const char *text, size_t len, struct mark *out, char *message, size_t message_size)
{
    static const char *const FORMS[] = {"is not A,B, as in 10,20", "is not A,B, as in 10,20", "is not a value, as in 10",
                                        "is not a value, as in 10", "is not X,Y,WORDS, as in 3,4,here"};
    bool span = kind == MARK_HSPAN || kind == MARK_VSPAN;
    const char *all = text;
    size_t all_len = len;
    *out = (struct mark){.kind = kind, .color = span ? SHADE : INK, .width_pt = 1.5, .size_pt = NAN, .halo = WHITE,
                         .ha = MARK_CENTER, .va = MARK_CENTER};
    for (const char *semicolon; (semicolon = last_semicolon(text, len)) != NULL; len = (size_t)(semicolon - text)) {
        enum setting s = set(out, semicolon + 1, (size_t)(text + len - semicolon - 1));
        if (s == SET_BAD || (s == SET_UNKNOWN && kind != MARK_TEXT))
            return wrong(message, message_size,
                         s == SET_BAD ? "is no value for that" : span ? "is none of color=" : "is none of color=, width=, style=solid|dashed",
                         semicolon + 1, (size_t)(text + len - semicolon - 1));
        if (s == SET_UNKNOWN) {
            size_t rest = (size_t)(text + len - semicolon - 1), name_len = setting_name(semicolon + 1, rest);
            if (name_len)
                return unknown_setting(semicolon + 1, rest, name_len, message, message_size);
            break; /* words */
        }
    }
    if (!out->own_halo && is_light(out->color))
        out->halo = INK;
    if (kind == MARK_TEXT && len > 5 && strncmp(text, "axes:", 5) == 0) {
        out->axes = true;
        text += 5;
        len -= 5;
    }
    return parse_body(out, text, text + len) || wrong(message, message_size, FORMS[kind], all, all_len);
}

void marks_fini(struct marks *m)
{
    for (int i = 0; i < MARK_NUM_KINDS; i++)
        free(m->texts[i]);
    free(m->items);
    *m = (struct marks){0};
}

static bool same(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static void add(struct marks *m, enum mark_kind kind, const char *text, size_t len)
{
    char message[128];
    struct mark mark;
    if (!mark_parse(kind, text, len, &mark, message, sizeof message)) /* was checked when it was set */
        return;
    if (m->num == m->cap) {
        int cap = m->cap ? m->cap * 2 : 16;
        struct mark *items = mem_resize(m->items, (size_t)cap, sizeof *items);
        if (!items)
            return;
        m->items = items;
        m->cap = cap;
    }
    m->items[m->num++] = mark;
}

void marks_update(struct marks *m, const char *const texts[MARK_NUM_KINDS])
{
    bool changed = false;
    for (int i = 0; i < MARK_NUM_KINDS; i++)
        changed = changed || !same(m->texts[i], texts[i]);
    if (!changed)
        return;
    m->num = 0;
    for (int i = 0; i < MARK_NUM_KINDS; i++) {
        if (!same(m->texts[i], texts[i])) {
            free(m->texts[i]);
            m->texts[i] = texts[i] ? mem_strdup(texts[i]) : NULL;
        }
        for (const char *p = m->texts[i]; p;) {
            const char *end = strchr(p, MARKS_SEPARATOR);
            add(m, (enum mark_kind)i, p, end ? (size_t)(end - p) : strlen(p));
            p = end ? end + 1 : NULL;
        }
    }
}
