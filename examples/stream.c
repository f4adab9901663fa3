/* Stream matrices from C, without any library: an NPY header is a constant, the rest is memory.
 *   cc -o stream stream.c -lm && heatscope --listen 5555 & ./stream 5555 */
#include <arpa/inet.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ROWS = 120, COLS = 160 };

static float matrix[ROWS][COLS];

int main(int argc, char **argv)
{
    int frames = argc > 2 ? atoi(argv[2]) : 600;
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_port = htons(argc > 1 ? atoi(argv[1]) : 5555), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *)&a, sizeof a) != 0) {
        perror("connect");
        return 1;
    }
    FILE *out = fdopen(fd, "wb");
    for (int i = 0; i < frames; i++) {
        for (int r = 0; r < ROWS; r++)
            for (int c = 0; c < COLS; c++)
                matrix[r][c] = sinf(c * 0.1f + i * 0.05f) * cosf(r * 0.1f - i * 0.03f);
        /* magic, version 1.0, 118 bytes of text that ends in a newline */
        fprintf(out, "\x93NUMPY\x01%c\x76%c%-117s\n", 0, 0, "{'descr': '<f4', 'fortran_order': False, 'shape': (120, 160), }");
        fwrite(matrix, sizeof matrix, 1, out);
        fflush(out);
        usleep(16667);
    }
    return fclose(out);
}
