/* files: the order of a directory's names, and whole copies of files that others write. */
#include <criterion/criterion.h>
#include "ingest/snapshot.h"
#include "ingest/source_dir.h"
#include "npy_bytes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

Test(files, natural_order)
{
    static const char *const sorted[] = {"1.npy", "a", "a.npy", "a0.npy", "a00.npy", "a1b2", "a1b10", "a2", "a10", "a010x", "a99999999999999999999998",
                                         "a99999999999999999999999", "b", "b.1", "\xc3\xa9"};
    enum { NUM = sizeof sorted / sizeof *sorted };
    for (int i = 0; i < NUM; i++)
        for (int j = 0; j < NUM; j++) {
            int order = source_dir_compare(sorted[i], sorted[j]);
            cr_assert_eq((order > 0) - (order < 0), (i > j) - (i < j), "%s, %s: %d", sorted[i], sorted[j], order);
        }
}

static char path[] = "/tmp/hs_files_XXXXXX";

static enum snapshot_result of_bytes(struct snapshot *s, const void *bytes, size_t len)
{
    FILE *f = fopen(path, "wb");
    cr_assert(f && fwrite(bytes, 1, len, f) == len && fclose(f) == 0);
    return snapshot_read(s, path);
}

Test(files, a_snapshot_is_whole_or_partial)
{
    struct snapshot s = {0};
    cr_assert_geq(close(mkstemp(path)), 0);
    cr_assert_eq(of_bytes(&s, "", 0), SNAPSHOT_PARTIAL);
    cr_assert_eq(of_bytes(&s, "1 2 3\n", 6), SNAPSHOT_WHOLE);
    cr_assert(s.size == 6 && memcmp(s.bytes, "1 2 3\n", 6) == 0);
    char two[4096] = {0};
    size_t one = npy_make_header(two, "<f8", 0, "(2, 3)") + 48, len = one + npy_make_header(two + one, "<i2", 0, "(5,)") + 10;
    for (size_t i = 1; i <= len; i++) {
        enum snapshot_result want = i == one || i == len ? SNAPSHOT_WHOLE : SNAPSHOT_PARTIAL;
        cr_assert_eq(of_bytes(&s, two, i), want, "%zu of %zu bytes", i, len);
    }
    two[one] = 'x'; /* what is no NPY is the decoder's to judge */
    cr_assert_eq(of_bytes(&s, two, len), SNAPSHOT_WHOLE);
    cr_assert_eq(of_bytes(&s, "\x93NUMPY\x09\x09 rubbish", 16), SNAPSHOT_WHOLE);
    unlink(path);
    cr_assert_eq(snapshot_read(&s, path), SNAPSHOT_FAILED);
    cr_assert_eq(snapshot_read(&s, "/tmp"), SNAPSHOT_FAILED);
    snapshot_fini(&s);
}
