/* A file is read into memory, and counts only when its size, time and inode were the same before and after, and when its NPY
 * records (whose headers say their length) are all there. One thread. */
#include "ingest/snapshot.h"
#include "base/memory.h"
#include "data/npy.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

enum { MAX_READ_BYTES = 64 << 20 };

bool snapshot_same_version(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

void snapshot_fini(struct snapshot *s)
{
    free(s->bytes);
    *s = (struct snapshot){0};
}

static bool read_bytes(struct snapshot *s, int fd)
{
    size_t want = (size_t)s->at.st_size;
    s->size = 0;
    if (want > s->cap) {
        uint8_t *bytes = mem_resize(s->bytes, want, 1);
        if (!bytes) {
            errno = ENOMEM;
            return false;
        }
        s->bytes = bytes;
        s->cap = want;
    }
    while (s->size < want) {
        size_t left = want - s->size;
        ssize_t n = read(fd, s->bytes + s->size, left < MAX_READ_BYTES ? left : MAX_READ_BYTES);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return false;
        if (n == 0)
            break;
        s->size += (size_t)n;
    }
    return true;
}

/* Do the bytes end inside an NPY record? What isn't NPY is the decoder's to judge. */
static bool ends_inside(const uint8_t *bytes, size_t size)
{
    while (size && bytes[0] == 0x93) {
        struct npy_header h;
        char why[256];
        size_t header;
        bool known = false;
        if (size < NPY_PREFIX_BYTES)
            return true;
        if (npy_header_size(bytes, size, &header, why, sizeof why) != HS_OK)
            return false;
        if (header > size)
            return true;
        npy_header_parse(bytes, header, &h, &known, why, sizeof why);
        if (!known)
            return false;
        if ((uint64_t)h.payload_bytes > size - header)
            return true;
        bytes += header + (size_t)h.payload_bytes;
        size -= header + (size_t)h.payload_bytes;
    }
    return false;
}

enum snapshot_result snapshot_read(struct snapshot *s, const char *path)
{
    struct stat after;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return SNAPSHOT_FAILED;
    bool ok = fstat(fd, &s->at) == 0 && S_ISREG(s->at.st_mode) && read_bytes(s, fd) && fstat(fd, &after) == 0;
    int error = errno;
    close(fd);
    errno = error;
    if (!ok)
        return SNAPSHOT_FAILED;
    bool at_rest = s->size == (size_t)s->at.st_size && snapshot_same_version(&s->at, &after);
    bool whole = s->size && at_rest && !ends_inside(s->bytes, s->size);
    return whole ? SNAPSHOT_WHOLE : SNAPSHOT_PARTIAL;
}
