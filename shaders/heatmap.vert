// A rectangle of the picture, as two triangles; no vertex data.
uniform ivec4 dst;     // x, y, w, h in pixels, y down
uniform ivec2 picture; // width, height

void main()
{
    vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 at = (vec2(dst.xy) + corner * vec2(dst.zw)) / vec2(picture);
    gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}
