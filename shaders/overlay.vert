// Rectangles and glyphs: corners in pixels, y down.
uniform ivec2 picture;
layout(location = 0) in vec2 position;
layout(location = 1) in vec2 atlas_position; // negative: a plain rectangle
layout(location = 2) in vec4 vertex_color;
out vec2 atlas_at;
flat out ivec4 ink; // 0..255

void main()
{
    atlas_at = atlas_position;
    ink = ivec4(vertex_color * 255.0 + 0.5);
    vec2 at = position / vec2(picture);
    gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}
