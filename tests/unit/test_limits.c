/* Limits of memory: control groups of both versions, laid out in a directory of the test's own; address space. */
#include "base/limits.h"
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

static char root[64];

static void make_root(void)
{
    snprintf(root, sizeof root, "/tmp/hs_limits_XXXXXX");
    cr_assert(mkdtemp(root));
}

static void remove_root(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -r %s", root);
    cr_assert_eq(system(command), 0);
}

TestSuite(limits, .init = make_root, .fini = remove_root);

static void put(const char *group, const char *file, const char *text)
{
    char line[512];
    snprintf(line, sizeof line, "mkdir -p '%s%s' && printf '%s\\n' >'%s%s/%s'", root, group, text, root, group, file);
    cr_assert_eq(system(line), 0);
}

Test(limits, version_2)
{
    cr_assert_eq(limits_cgroup("0::/a/b\n", root), INT64_MAX); /* nothing there */
    put("/a/b", "memory.max", "max");
    cr_assert_eq(limits_cgroup("0::/a/b\n", root), INT64_MAX);
    put("/a", "memory.max", "3000000");
    cr_assert_eq(limits_cgroup("0::/a/b\n", root), 3000000);
    put("/a/b", "memory.max", "2000000");
    cr_assert_eq(limits_cgroup("0::/a/b\n", root), 2000000);
    put("", "memory.max", "1000000"); /* a container sees its own at the top */
    cr_assert_eq(limits_cgroup("0::/a/b\n", root), 1000000);
    cr_assert_eq(limits_cgroup("0::/\n", root), 1000000);
    cr_assert_eq(limits_cgroup("0::/of/another/namespace", root), 1000000);
}

Test(limits, version_1)
{
    put("/memory/x", "memory.limit_in_bytes", "5000000");
    put("/cpu/x", "memory.limit_in_bytes", "4000000"); /* of another hierarchy */
    cr_assert_eq(limits_cgroup("5:cpu:/x\n4:memory:/x\n0::/\n", root), 5000000);
    cr_assert_eq(limits_cgroup("4:blkio,memory:/x/y\n", root), 5000000);
    cr_assert_eq(limits_cgroup("4:memoryless:/x\n", root), INT64_MAX);
    cr_assert_eq(limits_cgroup("", root), INT64_MAX);
    cr_assert_eq(limits_cgroup("no colon\n:\n::\n", root), INT64_MAX);
}

Test(limits, address_space)
{
    size_t before = limits_memory();
    struct rlimit r;
    cr_assert(before > 0 && getrlimit(RLIMIT_AS, &r) == 0);
    cr_assert(limits_space(1 << 20) > 0 && limits_space(1 << 20) < 1 << 20);
    cr_assert(limits_space(1 << 30) < 1 << 30 && limits_space(1 << 30) > 1 << 29);
#ifndef __SANITIZE_ADDRESS__
#ifndef __SANITIZE_THREAD__
    r.rlim_cur = (rlim_t)1 << 30;
    cr_assert_eq(setrlimit(RLIMIT_AS, &r), 0);
    size_t space = (size_t)limits_space(1 << 30);
    cr_assert_eq(limits_memory(), space < before ? space : before);
#endif
#endif
}
