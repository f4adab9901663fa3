/* The last pass where another colour vision is previewed: from the finished picture in a texture to whatever framebuffer is bound. Made
 * when it is first needed. Thread: the one whose context is current. */
#include "gpu/gpu_internal.h"

static const char *const NO_DEFINES[] = {""};

enum { SIDE = 128 }; /* of the table of encoded values, as a texture */

enum hs_status gpu_cvd_draw(struct gpu *g, const struct cvd_table *t)
{
    struct gpu_cvd *c = &g->cvd;
    if (!c->shaders.num) {
        enum hs_status s = gpu_shaders_make(g, &c->shaders, "cvd", NO_DEFINES, 1);
        if (s != HS_OK) {
            c->shaders.num = 0;
            return s;
        }
    }
    glActiveTexture(GL_TEXTURE0 + UNIT_LINEAR);
    enum hs_status s = gpu_texture_upload(g, &c->linear, GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT, 2, 256, 1, t->linear, t->version,
                                          "linear light");
    glActiveTexture(GL_TEXTURE0 + UNIT_ENCODED);
    if (s == HS_OK)
        s = gpu_texture_upload(g, &c->encoded, GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE, 1, SIDE, SIDE, t->encoded, t->version, "encoded");
    if (s != HS_OK)
        return s;
    const struct gpu_program *p = &c->shaders.programs[0];
    glActiveTexture(GL_TEXTURE0 + UNIT_VALUES);
    glBindTexture(GL_TEXTURE_2D, g->target.id);
    glDisable(GL_BLEND);
    glUseProgram(p->id);
    glUniform1iv(p->at[U_CVD_MATRIX], 9, t->m);
    glBindVertexArray(g->empty_vao);
    glDrawArrays(GL_TRIANGLE_STRIP, 0, 4);
    glBindVertexArray(0);
    glUseProgram(0);
    return HS_OK;
}

void gpu_cvd_fini(struct gpu *g)
{
    gpu_texture_fini(&g->cvd.linear);
    gpu_texture_fini(&g->cvd.encoded);
    gpu_texture_fini(&g->cvd.result);
    gpu_shaders_fini(&g->cvd.shaders);
}
