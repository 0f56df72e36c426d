package drds.parser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TextEditsTest {
    @Test
    void exchangesSpansInAnyOrder() {
        assertThat(new TextEdits("0123456789")
                        .replace(new Span(7, 9), "x")
                        .remove(new Span(0, 2))
                        .insert(5, "a")
                        .insert(5, "b")
                        .render())
                .isEqualTo("234ab56x9");
    }

    @Test
    void anInsertionMayTouchAnExchange() {
        assertThat(new TextEdits("abc")
                        .replace(new Span(1, 2), "X")
                        .insert(1, "<")
                        .insert(2, ">")
                        .render())
                .isEqualTo("a<X>c");
    }

    @Test
    void rendersAWindow() {
        TextEdits edits =
                new TextEdits("0123456789").replace(new Span(1, 2), "x").replace(new Span(8, 9), "y");
        assertThat(edits.render(new Span(0, 4))).isEqualTo("0x23");
        assertThatThrownBy(() -> new TextEdits("0123").remove(new Span(1, 3)).render(new Span(0, 2)))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesOverlappingEdits() {
        TextEdits edits = new TextEdits("0123456789").remove(new Span(1, 4)).remove(new Span(3, 5));
        assertThatThrownBy(edits::render).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void quotesNamesAndStrings() {
        assertThat(SqlText.identifier("a`b")).isEqualTo("`a``b`");
        assertThat(SqlText.string("it's \\ \n", ParserModes.DEFAULT)).isEqualTo("'it''s \\\\ \\n'");
        assertThat(SqlText.string("it's \\", ParserModes.of("NO_BACKSLASH_ESCAPES")))
                .isEqualTo("'it''s \\'");
    }
}
