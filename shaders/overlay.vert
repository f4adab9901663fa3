// Rectangles (corners in pixels, y down), or, with GLYPHS, one glyph an instance.
uniform ivec2 picture;
out vec2 atlas_at;
flat out ivec4 ink; // 0..255

#ifdef GLYPHS
layout(location = 0) in ivec2 glyph_position; // top left
layout(location = 1) in uvec4 glyph_box;      // u, v, w, h in the atlas
uniform ivec4 ink_color;
#else
layout(location = 0) in vec2 position;
layout(location = 1) in vec4 vertex_color;
#endif

void main()
{
#ifdef GLYPHS
    ivec2 corner = ivec2(gl_VertexID & 1, gl_VertexID >> 1) * ivec2(glyph_box.zw);
    vec2 position = vec2(glyph_position + corner);
    atlas_at = vec2(ivec2(glyph_box.xy) + corner);
    ink = ink_color;
#else
    atlas_at = vec2(0.0);
    ink = ivec4(vertex_color * 255.0 + 0.5);
#endif
    vec2 at = position / vec2(picture);
    gl_Position = vec4(at.x * 2.0 - 1.0, 1.0 - at.y * 2.0, 0.0, 1.0);
}
