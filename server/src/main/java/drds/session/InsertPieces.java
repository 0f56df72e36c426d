package drds.session;

import drds.mysql.StatementCharset;
import drds.parser.Expression;
import drds.parser.Insert;
import drds.parser.ParsedStatement;
import drds.parser.Span;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a prepared INSERT of rows, cut at its question marks: with the values of one execution in their places it is a
 * statement whose rows can be placed without a parse. Its answer has no rows, so it is the same in both protocols.
 */
final class InsertPieces {
    /** How often in a row the text was for the parser before it isn't tried any more. */
    private static final int MISSES = 3;

    private final List<byte[]> pieces;
    private int misses;

    private InsertPieces(List<byte[]> pieces) {
        this.pieces = pieces;
    }

    /** Null for all statements but INSERT and REPLACE of rows with parameters. */
    static @Nullable InsertPieces of(ParsedStatement parsed) {
        if (!(parsed.statement() instanceof Insert insert)
                || !(insert.source() instanceof Insert.Rows)
                || parsed.parameters() == 0) {
            return null;
        }
        List<Span> marks = new ArrayList<>();
        insert.walk(node -> {
            if (node instanceof Expression.Parameter parameter) {
                marks.add(parameter.span());
            }
        });
        marks.sort(Comparator.comparingInt(Span::start));
        if (marks.size() != parsed.parameters()) {
            return null;
        }
        String source = parsed.source();
        List<byte[]> pieces = new ArrayList<>();
        int from = parsed.statement().start();
        for (Span mark : marks) {
            pieces.add(StatementCharset.UTF8.encode(source.substring(from, mark.start())));
            from = mark.end();
        }
        pieces.add(StatementCharset.UTF8.encode(
                source.substring(from, parsed.statement().end())));
        return new InsertPieces(pieces);
    }

    /** Whether it is worth a try. */
    boolean promises() {
        return misses < MISSES;
    }

    void took(boolean taken) {
        misses = taken ? 0 : misses + 1;
    }

    /** The statement in UTF-8. @param literals one SQL text for each question mark */
    byte[] with(List<String> literals) {
        byte[][] values = new byte[literals.size()][];
        int length = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] = StatementCharset.UTF8.encode(literals.get(i));
            length += pieces.get(i).length + values[i].length;
        }
        byte[] last = pieces.getLast();
        byte[] sql = new byte[length + last.length];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            byte[] piece = pieces.get(i);
            System.arraycopy(piece, 0, sql, at, piece.length);
            at += piece.length;
            System.arraycopy(values[i], 0, sql, at, values[i].length);
            at += values[i].length;
        }
        System.arraycopy(last, 0, sql, at, last.length);
        return sql;
    }
}
