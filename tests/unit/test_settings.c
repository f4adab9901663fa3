/* settings and meta: merging and reference counting. */
#include <criterion/criterion.h>
#include "data/meta.h"
#include "data/settings.h"
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static void expect_merge(const char *older, const char *newer, const char *expected)
{
    char *got = settings_merge(older ? strdup(older) : NULL, newer ? strdup(newer) : NULL);
    json_t *a = json_loads(got, 0, NULL), *b = json_loads(expected, 0, NULL);
    cr_assert(a && b && json_equal(a, b), "%s", got);
    json_decref(a);
    json_decref(b);
    free(got);
}

Test(settings, newer_wins)
{
    expect_merge("{\"vmin\":0,\"title\":\"a\"}", "{\"title\":\"b\",\"vmax\":1.5}", "{\"vmin\":0,\"title\":\"b\",\"vmax\":1.5}");
    expect_merge("{\"a\":1}", NULL, "{\"a\":1}");
    expect_merge(NULL, "{\"a\":1}", "{\"a\":1}");
    expect_merge("{}", "{\"a\":null}", "{\"a\":null}");
    expect_merge("{\"a\":{\"x\":1}}", "{\"a\":{\"y\":1}}", "{\"a\":{\"y\":1}}");
    expect_merge("{\"n\":9007199254740993}", "{\"t\":\"\\u00e9\"}", "{\"n\":9007199254740993,\"t\":\"\\u00e9\"}");
    expect_merge("no object", "{\"a\":1}", "{\"a\":1}");
    cr_assert_null(settings_merge(NULL, NULL));
}

Test(meta, copies_are_independent)
{
    struct meta *m = meta_create();
    cr_assert(m && atomic_load(&m->refs) == 1 && !m->row_labels && !m->units);
    m->row_labels = calloc(2, sizeof(char *));
    m->num_row_labels = 2;
    m->row_labels[0] = strdup("a");
    m->row_labels[1] = strdup("b");
    m->units = strdup("K");
    struct meta *copy = meta_copy(m);
    cr_assert_eq(meta_ref(m), m);
    meta_unref(m);
    cr_assert_eq(atomic_load(&m->refs), 1);
    meta_unref(m);
    cr_assert(copy->num_row_labels == 2 && strcmp(copy->row_labels[1], "b") == 0 && strcmp(copy->units, "K") == 0);
    cr_assert(!copy->col_labels && copy->num_col_labels == 0);
    meta_unref(copy);
    meta_unref(NULL);
    cr_assert_null(meta_ref(NULL));
    struct meta *empty = meta_copy(NULL);
    cr_assert(empty && !empty->channels);
    meta_unref(empty);
}
