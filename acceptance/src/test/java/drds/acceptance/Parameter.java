package drds.acceptance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A value for a question mark of a prepared statement. */
sealed interface Parameter {
    record Null() implements Parameter {}

    record Whole(long value) implements Parameter {}

    record Real(double value) implements Parameter {}

    record Decimal(String digits) implements Parameter {}

    record Text(String text) implements Parameter {}

    Pattern WRITTEN = Pattern.compile("\\s*(?:'((?:[^']|'')*)'|([^,']+))\\s*(?:,|$)");

    /** Reads {@code 1, 2.5, 1e3, 'it''s', NULL}: an integer, a decimal, a double, a text, a null. */
    static List<Parameter> list(String written) {
        var values = new ArrayList<Parameter>();
        Matcher matcher = WRITTEN.matcher(written);
        for (int at = 0; at < written.length(); at = matcher.end()) {
            if (!matcher.find(at) || matcher.start() != at) {
                throw new IllegalArgumentException("parameters: " + written);
            }
            values.add(
                    matcher.group(1) != null
                            ? new Text(matcher.group(1).replace("''", "'"))
                            : number(matcher.group(2).strip()));
        }
        return values;
    }

    private static Parameter number(String word) {
        if (word.equalsIgnoreCase("null")) {
            return new Null();
        }
        if (word.matches("-?\\d+")) {
            return new Whole(Long.parseLong(word));
        }
        return word.contains("e") ? new Real(Double.parseDouble(word)) : new Decimal(word);
    }

    /** The body of COM_STMT_EXECUTE. */
    static byte[] execution(int statement, List<Parameter> values) {
        var packet = new Client.Writer().fixed(statement, 4).fixed(0, 1).fixed(1, 4);
        if (values.isEmpty()) {
            return packet.toByteArray();
        }
        byte[] nulls = new byte[(values.size() + 7) / 8];
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Null) {
                nulls[i / 8] |= (byte) (1 << (i % 8));
            }
        }
        packet.bytes(nulls).fixed(1, 1);
        for (Parameter value : values) {
            packet.fixed(value.type(), 2);
        }
        for (Parameter value : values) {
            value.write(packet);
        }
        return packet.toByteArray();
    }

    private int type() {
        return switch (this) {
            case Null _ -> 6;
            case Whole _ -> 8;
            case Real _ -> 5;
            case Decimal _ -> 246;
            case Text _ -> 253;
        };
    }

    private void write(Client.Writer packet) {
        switch (this) {
            case Null _ -> {}
            case Whole whole -> packet.fixed(whole.value, 8);
            case Real real -> packet.fixed(Double.doubleToRawLongBits(real.value), 8);
            case Decimal decimal -> packet.lengthEncoded(decimal.digits.getBytes(UTF_8));
            case Text text -> packet.lengthEncoded(text.text.getBytes(UTF_8));
        }
    }
}
