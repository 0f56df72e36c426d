package drds.session;

import static org.assertj.core.api.Assertions.assertThat;

import drds.mysql.StatementCharset;
import drds.parser.ParserModes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadedBatchesTest {
    private static LoadedBatches of(String file, String modes) {
        Iterator<byte[]> pieces = List.of(file.getBytes(StandardCharsets.UTF_8)).iterator();
        DelimitedReader.Format format =
                new DelimitedReader.Format(new byte[] {'\t'}, -1, '\\', new byte[0], new byte[] {'\n'});
        return new LoadedBatches(
                new DelimitedReader(format, () -> pieces.hasNext() ? pieces.next() : null),
                new LoadedBatches.Layout(
                        "INSERT INTO t (a, b) VALUES ",
                        2,
                        new ArrayList<>(),
                        List.of(),
                        "",
                        StatementCharset.UTF8,
                        ParserModes.of(modes)));
    }

    private static String sql(LoadedBatches batches) {
        LoadedBatches.Batch batch = batches.next();
        return batch == null ? "" : new String(batch.sql(), StandardCharsets.UTF_8);
    }

    @Test
    void linesBecomeRowsAndNullStaysNull() {
        LoadedBatches batches = of("1\tone\n2\t\\N\n", "");
        assertThat(sql(batches)).isEqualTo("INSERT INTO t (a, b) VALUES ('1', 'one'), ('2', NULL)");
        assertThat(batches.next()).isNull();
    }

    @Test
    void quotesAndControlCharactersAreWrittenAsTheModeWantsThem() {
        assertThat(sql(of("it's\ta\\\\b\\nc\n", ""))).endsWith("('it''s', 'a\\\\b\\nc')");
        assertThat(sql(of("it's\ta\\\\b\n", "NO_BACKSLASH_ESCAPES"))).endsWith("('it''s', 'a\\b')");
    }

    @Test
    void textBeyondAsciiIsReadInTheFilesCharacterSet() {
        assertThat(sql(of("é'\t€\n", ""))).endsWith("('é''', '€')");
    }

    @Test
    void linesOfAnotherLengthAreToldOf() {
        LoadedBatches.Batch batch = of("1\n1\t2\t3\n", "").next();
        assertThat(batch).isNotNull();
        assertThat(batch.misfits()).extracting(LoadedBatches.Misfit::number).containsExactly(1261, 1262);
        assertThat(new String(batch.sql(), StandardCharsets.UTF_8)).endsWith("('1', DEFAULT), ('1', '2')");
    }
}
