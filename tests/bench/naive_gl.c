/* The obvious viewer in C, to measure against: upload the whole frame as one R32F texture, colour it in a fragment shader with a lookup
 * table and nearest sampling, swap. Nothing is reduced, so most cells are never seen. The heatmap fills the window.
 *
 * naive_gl RING.npy DURATION LOW HIGH LUT.csv [--grab PICTURE.ppm]: prints one JSON line, or saves the first frame's picture. */
#include <glad/gl.h>
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 1280, HEIGHT = 720 };

struct ring {
    float *cells;
    long frames, rows, cols;
};

static const char vertex_source[] = "#version 330 core\n"
                                    "out vec2 at;\n"
                                    "void main() {\n"
                                    "    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0;\n"
                                    "    at = vec2(corner.x, 1.0 - corner.y);\n"
                                    "    gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);\n"
                                    "}\n";

static const char fragment_source[] = "#version 330 core\n"
                                      "uniform sampler2D cells, lut;\n"
                                      "uniform vec2 range;\n"
                                      "in vec2 at;\n"
                                      "out vec4 colour;\n"
                                      "void main() {\n"
                                      "    float v = texture(cells, at).r;\n"
                                      "    bool bad = (floatBitsToUint(v) & 0x7fffffffu) > 0x7f800000u;\n"
                                      "    float t = clamp((v - range.x) * range.y, 0.0, 1.0);\n"
                                      "    colour = bad ? vec4(0.83, 0.83, 0.83, 1.0) : texture(lut, vec2(t, 0.5));\n"
                                      "}\n";

static void die(const char *what, const char *which)
{
    fprintf(stderr, "naive_gl: %s: %s\n", what, which);
    exit(1);
}

/* Only what the benchmark writes: version 1, little-endian float32 in C order, two or three dimensions. */
static struct ring read_ring(const char *path)
{
    FILE *f = fopen(path, "rb");
    uint8_t start[10];
    if (!f || fread(start, 1, sizeof start, f) != sizeof start)
        die("cannot read", path);
    size_t length = start[8] | (size_t)start[9] << 8;
    char *header = calloc(1, length + 1);
    if (!header || fread(header, 1, length, f) != length || !strstr(header, "'<f4'") || !strstr(header, "False"))
        die("not a float32 .npy in C order", path);
    const char *shape = strchr(header, '(');
    struct ring r = {0};
    if (!shape || sscanf(shape, "(%ld, %ld, %ld)", &r.frames, &r.rows, &r.cols) != 3) {
        r.frames = 1;
        if (!shape || sscanf(shape, "(%ld, %ld)", &r.rows, &r.cols) != 2)
            die("not two or three dimensions", path);
    }
    size_t cells = (size_t)r.frames * (size_t)r.rows * (size_t)r.cols;
    r.cells = malloc(cells * sizeof *r.cells);
    if (!r.cells || fread(r.cells, sizeof *r.cells, cells, f) != cells)
        die("too short, or too large for the memory", path);
    free(header);
    fclose(f);
    return r;
}

static GLuint shader(GLenum kind, const char *source)
{
    GLuint s = glCreateShader(kind);
    glShaderSource(s, 1, &source, NULL);
    glCompileShader(s);
    GLint ok = 0;
    char text[1024] = "";
    glGetShaderiv(s, GL_COMPILE_STATUS, &ok);
    glGetShaderInfoLog(s, sizeof text, NULL, text);
    if (!ok)
        die("shader", text);
    return s;
}

static GLuint program(float low, float high)
{
    GLuint p = glCreateProgram();
    glAttachShader(p, shader(GL_VERTEX_SHADER, vertex_source));
    glAttachShader(p, shader(GL_FRAGMENT_SHADER, fragment_source));
    glLinkProgram(p);
    GLint ok = 0;
    glGetProgramiv(p, GL_LINK_STATUS, &ok);
    if (!ok)
        die("shader", "does not link");
    glUseProgram(p);
    glUniform1i(glGetUniformLocation(p, "cells"), 0);
    glUniform1i(glGetUniformLocation(p, "lut"), 1);
    glUniform2f(glGetUniformLocation(p, "range"), low, 1 / (high - low));
    return p;
}

static void texture(int unit)
{
    GLuint t;
    glGenTextures(1, &t);
    glActiveTexture(GL_TEXTURE0 + (GLenum)unit);
    glBindTexture(GL_TEXTURE_2D, t);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
}

static void load_lut(const char *path)
{
    FILE *f = fopen(path, "r");
    uint8_t rgb[256][3];
    char line[256];
    int n = 0;
    if (!f)
        die("cannot read", path);
    while (n < 256 && fgets(line, sizeof line, f))
        if (sscanf(line, "%hhu,%hhu,%hhu", &rgb[n][0], &rgb[n][1], &rgb[n][2]) == 3)
            n++;
    fclose(f);
    if (n != 256)
        die("not 256 colours", path);
    texture(1);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, 256, 1, 0, GL_RGB, GL_UNSIGNED_BYTE, rgb);
}

static void draw(const struct ring *r, long frame)
{
    glTexSubImage2D(GL_TEXTURE_2D, 0, 0, 0, (int)r->cols, (int)r->rows, GL_RED, GL_FLOAT,
                    r->cells + (size_t)(frame % r->frames) * (size_t)r->rows * (size_t)r->cols);
    glDrawArrays(GL_TRIANGLES, 0, 3);
}

static void grab(const char *path)
{
    static uint8_t rgb[HEIGHT][WIDTH][3];
    glPixelStorei(GL_PACK_ALIGNMENT, 1);
    glReadPixels(0, 0, WIDTH, HEIGHT, GL_RGB, GL_UNSIGNED_BYTE, rgb);
    FILE *f = fopen(path, "wb");
    if (!f)
        die("cannot write", path);
    fprintf(f, "P6\n%d %d\n255\n", WIDTH, HEIGHT);
    for (int y = HEIGHT - 1; y >= 0; y--)
        fwrite(rgb[y], 1, sizeof rgb[y], f);
    fclose(f);
}

static GLFWwindow *open_window(void)
{
    if (!glfwInit())
        die("no display", "glfwInit");
    glfwWindowHint(GLFW_CONTEXT_VERSION_MAJOR, 3);
    glfwWindowHint(GLFW_CONTEXT_VERSION_MINOR, 3);
    glfwWindowHint(GLFW_OPENGL_PROFILE, GLFW_OPENGL_CORE_PROFILE);
    glfwWindowHint(GLFW_DEPTH_BITS, 0);
    glfwWindowHint(GLFW_STENCIL_BITS, 0);
    GLFWwindow *window = glfwCreateWindow(WIDTH, HEIGHT, "naive", NULL, NULL);
    if (!window)
        die("no window", "OpenGL 3.3");
    glfwMakeContextCurrent(window);
    gladLoadGL(glfwGetProcAddress);
    glfwSwapInterval(0);
    return window;
}

int main(int argc, char **argv)
{
    if (argc != 6 && argc != 8)
        die("usage", "naive_gl RING.npy DURATION LOW HIGH LUT.csv [--grab PICTURE.ppm]");
    struct ring r = read_ring(argv[1]);
    double duration = strtod(argv[2], NULL);
    GLFWwindow *window = open_window();
    GLuint vao;
    glGenVertexArrays(1, &vao);
    glBindVertexArray(vao);
    program(strtof(argv[3], NULL), strtof(argv[4], NULL));
    load_lut(argv[5]);
    texture(0);
    glTexImage2D(GL_TEXTURE_2D, 0, GL_R32F, (int)r.cols, (int)r.rows, 0, GL_RED, GL_FLOAT, NULL);
    glViewport(0, 0, WIDTH, HEIGHT);
    if (argc == 8) {
        draw(&r, 0);
        grab(argv[7]);
        return 0;
    }
    long frames = -3; /* the first three are not measured */
    double start = 0;
    while (frames < 0 || glfwGetTime() - start < duration) {
        draw(&r, frames + 3);
        glfwSwapBuffers(window);
        glfwPollEvents();
        if (++frames == 0) {
            glFinish();
            start = glfwGetTime();
        }
    }
    glFinish();
    printf("{\"name\": \"naive GL\", \"frames\": %ld, \"seconds\": %.6f, \"heatmap_px\": [%d, %d], \"renderer\": \"%s\"}\n", frames,
           glfwGetTime() - start, WIDTH, HEIGHT, (const char *)glGetString(GL_RENDERER));
    glfwDestroyWindow(window);
    glfwTerminate();
    free(r.cells);
    return 0;
}
