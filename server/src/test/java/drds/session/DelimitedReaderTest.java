package drds.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class DelimitedReaderTest {
    private static final DelimitedReader.Format TABS =
            new DelimitedReader.Format(bytes("\t"), -1, '\\', bytes(""), bytes("\n"));
    private static final DelimitedReader.Format CSV =
            new DelimitedReader.Format(bytes(","), '"', '\\', bytes(""), bytes("\r\n"));

    @Test
    void tabsAndEscapes() {
        assertThat(read(TABS, "1\ta\\tb\t\\N\n2\t\\\\N\tx\\ny")).isEqualTo("[1|a\tb|NULL][2|\\N|x\ny]");
    }

    @Test
    void emptyFieldsStay() {
        assertThat(read(TABS, "\t\t\n\n")).isEqualTo("[||][]");
    }

    @Test
    void enclosedFields() {
        assertThat(read(CSV, "\"a,b\",\"say \"\"x\"\"\",NULL,\"NULL\"\r\n1,2\r\n"))
                .isEqualTo("[a,b|say \"x\"|NULL|'NULL'][1|2]");
    }

    @Test
    void linesThatStartByAPrefix() {
        DelimitedReader.Format prefixed = new DelimitedReader.Format(bytes(","), -1, '\\', bytes("xxx"), bytes("\n"));
        assertThat(read(prefixed, "xxx\"abc\",1\nsomething xxx\"def\",2\n\"ghi\",3\n"))
                .isEqualTo("[\"abc\"|1][\"def\"|2]");
    }

    @Test
    void skipsHeadings() {
        DelimitedReader reader = new DelimitedReader(TABS, pieces("head\n1\n", 3));
        reader.skipLines(1);
        assertThat(reader.next()).hasSize(1);
        assertThat(reader.next()).isNull();
    }

    private static String read(DelimitedReader.Format format, String file) {
        String whole = read(format, file, file.length() + 1);
        assertThat(read(format, file, 1)).as("byte by byte").isEqualTo(whole);
        return whole;
    }

    private static String read(DelimitedReader.Format format, String file, int pieceLength) {
        DelimitedReader reader = new DelimitedReader(format, pieces(file, pieceLength));
        StringBuilder all = new StringBuilder();
        List<byte @Nullable []> fields = reader.next();
        while (fields != null) {
            List<String> texts = new ArrayList<>();
            for (byte @Nullable [] field : fields) {
                String text = field == null ? "NULL" : new String(field, StandardCharsets.UTF_8);
                texts.add(field != null && text.equals("NULL") ? "'NULL'" : text);
            }
            all.append('[').append(String.join("|", texts)).append(']');
            fields = reader.next();
        }
        return all.toString();
    }

    private static java.util.function.Supplier<byte @Nullable []> pieces(String file, int length) {
        byte[] bytes = bytes(file);
        List<byte[]> pieces = new ArrayList<>();
        for (int i = 0; i < bytes.length; i += length) {
            pieces.add(Arrays.copyOfRange(bytes, i, Math.min(bytes.length, i + length)));
        }
        Iterator<byte[]> iterator = pieces.iterator();
        return () -> iterator.hasNext() ? iterator.next() : null;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
