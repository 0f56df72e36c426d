package drds.parser;

import java.util.ArrayList;
import java.util.List;

/** Collects exchanges of spans of a text and renders the text with them; whatever isn't exchanged stays as it is. */
public final class TextEdits {
    private final String source;
    private final List<Edit> edits = new ArrayList<>();

    private record Edit(Span span, String replacement) {}

    public TextEdits(String source) {
        this.source = source;
    }

    /** Puts {@code replacement} where {@code span} is. */
    public TextEdits replace(Span span, String replacement) {
        if (span.end() > source.length()) throw new IllegalArgumentException(span + " is behind the end of the text");
        edits.add(new Edit(span, replacement));
        return this;
    }

    /** Puts {@code text} before the char at {@code position}; several at one position keep the order of their calls. */
    public TextEdits insert(int position, String text) {
        return replace(new Span(position, position), text);
    }

    public TextEdits remove(Span span) {
        return replace(span, "");
    }

    public boolean isEmpty() {
        return edits.isEmpty();
    }

    /** The whole text with all edits. */
    public String render() {
        return render(new Span(0, source.length()));
    }

    /**
     * The part of the text within {@code window}, with the edits inside it; edits outside it don't matter.
     *
     * @throws IllegalStateException if two edits overlap, or one lies across the window's border
     */
    public String render(Span window) {
        List<Edit> inside = new ArrayList<>();
        for (Edit edit : edits) {
            if (window.covers(edit.span)) inside.add(edit);
            else if (window.overlaps(edit.span)) throw new IllegalStateException("edit across the border of " + window);
        }
        inside.sort((a, b) -> a.span.start() != b.span.start()
                ? Integer.compare(a.span.start(), b.span.start())
                : Boolean.compare(a.span.length() > 0, b.span.length() > 0));
        StringBuilder text = new StringBuilder(window.length() + 64);
        int position = window.start();
        for (Edit edit : inside) {
            if (edit.span.start() < position) throw new IllegalStateException("edits overlap at " + edit.span);
            text.append(source, position, edit.span.start()).append(edit.replacement);
            position = edit.span.end();
        }
        return text.append(source, position, window.end()).toString();
    }
}
