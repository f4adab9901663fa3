/* XShmPutImage: the server copies the picture from our memory into the window. One segment, grown when the window grows. Render
 * thread. */
#include "app/present_x11.h"
#include "base/memory.h"
#include <X11/Xlibint.h>
#include <X11/Xutil.h>
#include <X11/extensions/XShm.h>
#include <stdlib.h>
#include <sys/ipc.h>
#include <sys/shm.h>

struct present_x11 {
    Display *display;
    Window window;
    Visual *visual;
    int depth;
    GC gc;
    XShmSegmentInfo segment; /* shmaddr NULL: none */
    size_t cap;
    XImage *image;
    unsigned num_shown;
};

/* How many pictures a server has said it has read: its event comes in whenever others are looked for, so that a server that was done
 * long ago needn't be asked. Xlib's hook for events takes no argument of ours, hence the static; the render thread's alone. */
static unsigned num_read;

static Bool on_read(Display *display, XEvent *event, xEvent *wire)
{
    (void)display;
    (void)event;
    (void)wire;
    num_read++;
    return False; /* nobody else wants it */
}

/* True when the server can read our memory: on the same machine, and not forbidden. */
static bool server_shares_memory(Display *display)
{
    int major, minor;
    Bool pixmaps;
    return XShmQueryVersion(display, &major, &minor, &pixmaps) && (DisplayString(display)[0] == ':' || DisplayString(display)[0] == 'u');
}

static void drop_segment(struct present_x11 *p)
{
    if (p->image) {
        p->image->data = NULL;
        XDestroyImage(p->image);
        p->image = NULL;
    }
    if (p->segment.shmaddr) {
        XShmDetach(p->display, &p->segment);
        XSync(p->display, False);
        shmdt(p->segment.shmaddr);
    }
    p->segment.shmaddr = NULL;
    p->cap = 0;
}

/* A server in another IPC namespace refuses, by an error event that would end the program. Xlib's handlers take no argument, hence the
 * static; it is the render thread's alone, and only while attaching. */
static bool attach_refused;

static int on_refusal(Display *display, XErrorEvent *event)
{
    (void)display;
    (void)event;
    attach_refused = true;
    return 0;
}

static bool attach(struct present_x11 *p)
{
    attach_refused = false;
    int (*before)(Display *, XErrorEvent *) = XSetErrorHandler(on_refusal);
    bool sent = XShmAttach(p->display, &p->segment) != 0;
    XSync(p->display, False);
    XSetErrorHandler(before);
    return sent && !attach_refused;
}

static bool make_segment(struct present_x11 *p, size_t bytes)
{
    drop_segment(p);
    p->segment.shmid = shmget(IPC_PRIVATE, bytes, IPC_CREAT | 0600);
    if (p->segment.shmid < 0)
        return false;
    void *memory = shmat(p->segment.shmid, NULL, 0);
    bool ok = memory != (void *)-1;
    if (ok) {
        p->segment.shmaddr = memory;
        p->segment.readOnly = True;
        ok = attach(p);
    }
    shmctl(p->segment.shmid, IPC_RMID, NULL); /* goes when both sides let go, however we end */
    if (!ok && p->segment.shmaddr) {
        shmdt(p->segment.shmaddr);
        p->segment.shmaddr = NULL;
    }
    p->cap = ok ? bytes : 0;
    return ok;
}

struct present_x11 *present_x11_create(void *display, unsigned long window)
{
    XWindowAttributes a;
    struct present_x11 *p = mem_zeroed(1, sizeof *p);
    if (!p)
        return NULL;
    p->display = display;
    p->window = window;
    bool ok = server_shares_memory(display) && XGetWindowAttributes(display, window, &a) && a.depth >= 24 &&
              a.visual->red_mask == 0xff0000 && a.visual->green_mask == 0xff00 && a.visual->blue_mask == 0xff &&
              ImageByteOrder((Display *)display) == LSBFirst && make_segment(p, 1280 * 720 * 4);
    if (!ok) {
        present_x11_destroy(p);
        return NULL;
    }
    p->visual = a.visual;
    p->depth = a.depth;
    p->gc = XCreateGC(display, window, 0, NULL);
    p->num_shown = num_read;
    XESetWireToEvent(display, XShmGetEventBase(display) + ShmCompletion, on_read);
    return p;
}

void present_x11_destroy(struct present_x11 *p)
{
    if (!p)
        return;
    drop_segment(p);
    if (p->gc)
        XFreeGC(p->display, p->gc);
    free(p);
}

static void wait_for_server(struct present_x11 *p)
{
    if (p->num_shown != num_read)
        XEventsQueued(p->display, QueuedAfterReading);
    if (p->num_shown != num_read)
        XSync(p->display, False);
    p->num_shown = num_read; /* also where it couldn't read, and said so by an error instead */
}

uint8_t *present_x11_begin(struct present_x11 *p, int width, int height, ptrdiff_t *stride, bool *kept)
{
    size_t bytes = (size_t)width * 4 * (size_t)height;
    wait_for_server(p);
    if (bytes > p->cap && !make_segment(p, bytes))
        return NULL;
    if (p->image && (p->image->width != width || p->image->height != height)) {
        p->image->data = NULL;
        XDestroyImage(p->image);
        p->image = NULL;
    }
    *kept = p->image != NULL;
    if (!p->image)
        p->image = XShmCreateImage(p->display, p->visual, (unsigned)p->depth, ZPixmap, p->segment.shmaddr, &p->segment, (unsigned)width,
                                   (unsigned)height);
    if (!p->image)
        return NULL;
    *stride = p->image->bytes_per_line;
    return (uint8_t *)p->segment.shmaddr;
}

void present_x11_show(struct present_x11 *p, const struct draw_damage *damage)
{
    for (int i = 0; i < damage->num; i++) {
        struct rect r = damage->rects[i];
        bool last = i == damage->num - 1;
        XShmPutImage(p->display, p->window, p->gc, p->image, r.x, r.y, r.x, r.y, (unsigned)r.w, (unsigned)r.h, last);
    }
    XFlush(p->display);
    p->num_shown += damage->num > 0;
}
