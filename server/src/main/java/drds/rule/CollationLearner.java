package drds.rule;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Learns a collation's weights from a server, and proves on samples that a string's weight is its characters' weights in a
 * row; what is not proven stays unknown and so is never computed.
 */
public final class CollationLearner {
    private static final int PAGES = 256;
    private static final int COLUMNS_PER_QUERY = 128;
    private static final int SAMPLES = 100;
    private static final int SAMPLE_LENGTH = 12;

    /** Sets that aren't Unicode and have characters of several bytes: only their ASCII part is computed. */
    private static final Set<String> MANY_BYTES =
            Set.of("big5", "cp932", "eucjpms", "euckr", "gb18030", "gb2312", "gbk", "sjis", "ujis");

    private final Server server;

    /** How the server is asked. */
    @FunctionalInterface
    public interface Server {
        /** The one row that a SELECT gives: each column as raw bytes, null for NULL. */
        List<byte @Nullable []> row(String sql);
    }

    public CollationLearner(Server server) {
        this.server = server;
    }

    /** @return what can be computed; with nothing but unknown weights if the collation is none that DRDS can compute */
    public CollationWeights learn(String characterSet, String collation) {
        boolean pads = isOne("SELECT " + constant("a", characterSet) + " COLLATE " + collation + " = "
                + constant("a ", characterSet));
        byte[] @Nullable [] @Nullable [] pages;
        byte[] supplementary = null;
        if (Collations.isUnicode(characterSet)) {
            pages = unicode(characterSet, collation);
            if (pages[1] != null && !characterSet.equals("ucs2") && !characterSet.startsWith("utf8mb3")) {
                supplementary = supplementary(characterSet, collation);
            }
        } else if (MANY_BYTES.contains(characterSet)) {
            pages = ascii(characterSet, collation);
        } else {
            pages = singleBytes(characterSet, collation);
        }
        byte[] space = weight(constant(" ", characterSet), collation);
        CollationWeights weights = new CollationWeights(collation, pads, space, pages, supplementary);
        return holds(weights, characterSet) ? weights : new CollationWeights(collation, pads, space, null, null);
    }

    /** Where each character has a weight of the same length, whole pages; else only ASCII, one by one. */
    private byte[] @Nullable [] @Nullable [] unicode(String characterSet, String collation) {
        List<String> items = new ArrayList<>();
        for (int page = 0; page < PAGES; page++) {
            items.add(
                    isSurrogates(page)
                            ? "''"
                            : "WEIGHT_STRING(" + constant(page(page), characterSet) + " COLLATE " + collation + ")");
        }
        List<byte[]> answers = all(items);
        byte[] @Nullable [] @Nullable [] pages = new byte[PAGES][][];
        int length = answers.getFirst().length / CollationWeights.PAGE;
        for (int page = 0; page < PAGES; page++) {
            if (isSurrogates(page)) {
                continue;
            }
            byte[] weights = answers.get(page);
            if (length == 0 || weights.length != length * CollationWeights.PAGE) {
                return ascii(characterSet, collation);
            }
            pages[page] = new byte[CollationWeights.PAGE][];
            for (int i = 0; i < CollationWeights.PAGE; i++) {
                pages[page][i] = Arrays.copyOfRange(weights, i * length, (i + 1) * length);
            }
        }
        return pages;
    }

    private static boolean isSurrogates(int page) {
        return page >= 0xd8 && page <= 0xdf;
    }

    private byte[] @Nullable [] @Nullable [] ascii(String characterSet, String collation) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 128; i++) {
            items.add("WEIGHT_STRING(" + constant(String.valueOf((char) i), characterSet) + " COLLATE " + collation
                    + ")");
        }
        byte[] @Nullable [] @Nullable [] pages = new byte[PAGES][][];
        pages[0] = Arrays.copyOf(all(items).toArray(byte[][]::new), CollationWeights.PAGE);
        return pages;
    }

    /** The weight that all of a spread of supplementary characters have; null if they differ. */
    private byte @Nullable [] supplementary(String characterSet, String collation) {
        List<String> items = new ArrayList<>();
        for (int plane = 1; plane <= 16; plane++) {
            for (int offset : new int[] {0, 0x400, 0x1234, 0xf600, 0xffff}) {
                String character = Character.toString(plane << 16 | offset);
                items.add("WEIGHT_STRING(" + constant(character, characterSet) + " COLLATE " + collation + ")");
            }
        }
        List<byte[]> answers = all(items);
        byte[] first = answers.getFirst();
        return answers.stream().allMatch(answer -> Arrays.equals(answer, first)) ? first : null;
    }

    private byte[] @Nullable [] @Nullable [] singleBytes(String characterSet, String collation) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 256; i++) {
            String constant = "_" + characterSet + " x'" + HexFormat.of().toHexDigits((byte) i) + "'";
            items.add("CONVERT(CONVERT(" + constant + " USING utf8mb4) USING binary)");
            items.add("WEIGHT_STRING(" + constant + " COLLATE " + collation + ")");
        }
        List<byte[]> answers = all(items);
        byte[] @Nullable [] @Nullable [] pages = new byte[PAGES][][];
        for (int i = 0; i < 256; i++) {
            String character = new String(answers.get(2 * i), StandardCharsets.UTF_8);
            boolean unmapped =
                    character.length() != 1 || character.charAt(0) == 0xfffd || character.equals("?") && i != '?';
            if (unmapped) {
                continue;
            }
            char c = character.charAt(0);
            if (pages[c >> 8] == null) {
                pages[c >> 8] = new byte[CollationWeights.PAGE][];
            }
            pages[c >> 8][c & 0xff] = answers.get(2 * i + 1);
        }
        return pages;
    }

    /** Whether strings weigh what their characters weigh: all pairs and triples of letters, and random strings. */
    private boolean holds(CollationWeights weights, String characterSet) {
        List<String> samples = new ArrayList<>();
        StringBuilder pairs = new StringBuilder();
        for (char first = ' '; first < 127; first++) {
            for (char second = ' '; second < 127; second++) {
                pairs.append(first).append(second);
            }
        }
        samples.add(pairs.toString());
        for (char first = 'a'; first <= 'z'; first++) {
            StringBuilder triples = new StringBuilder();
            for (char second = 'a'; second <= 'z'; second++) {
                for (char third = 'a'; third <= 'z'; third++) {
                    triples.append(first).append(second).append(third);
                }
            }
            samples.add(triples.toString());
        }
        samples.addAll(random(weights));
        List<String> items = samples.stream()
                .map(sample ->
                        "WEIGHT_STRING(" + constant(sample, characterSet) + " COLLATE " + weights.collation() + ")")
                .toList();
        List<byte[]> answers = all(items);
        for (int i = 0; i < answers.size(); i++) {
            byte[] computed = weights.weightString(samples.get(i)).orElse(null);
            if (computed == null || !Arrays.equals(computed, answers.get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Strings of the characters whose weights are known. */
    private static List<String> random(CollationWeights weights) {
        List<String> known = new ArrayList<>();
        for (int c = 0; c < 0x10000; c++) {
            String character = Character.toString(c);
            if (weights.weightString(character).isPresent()) {
                known.add(character);
            }
        }
        if (weights.supplementary() != null) {
            known.add("\ud83d\ude00");
            known.add("\ud840\udc0b");
        }
        List<String> samples = new ArrayList<>();
        Random random = new Random(1);
        for (int i = 0; i < SAMPLES && !known.isEmpty(); i++) {
            StringBuilder sample = new StringBuilder();
            for (int j = 0; j < SAMPLE_LENGTH; j++) {
                sample.append(known.get(random.nextInt(known.size())));
            }
            samples.add(sample.toString());
        }
        return samples;
    }

    private static String page(int page) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < CollationWeights.PAGE; i++) {
            text.append((char) (page << 8 | i));
        }
        return text.toString();
    }

    private static String constant(String text, String characterSet) {
        String hex = HexFormat.of().formatHex(text.getBytes(StandardCharsets.UTF_8));
        return "CONVERT(_utf8mb4 x'" + hex + "' USING " + characterSet + ")";
    }

    private byte[] weight(String constant, String collation) {
        return all(List.of("WEIGHT_STRING(" + constant + " COLLATE " + collation + ")"))
                .getFirst();
    }

    private boolean isOne(String sql) {
        byte[] answer = server.row(sql).getFirst();
        return answer != null && answer.length == 1 && answer[0] == '1';
    }

    private List<byte[]> all(List<String> items) {
        List<byte[]> answers = new ArrayList<>();
        for (int from = 0; from < items.size(); from += COLUMNS_PER_QUERY) {
            List<String> some = items.subList(from, Math.min(items.size(), from + COLUMNS_PER_QUERY));
            for (byte[] answer : server.row("SELECT " + String.join(", ", some))) {
                answers.add(answer == null ? new byte[0] : answer);
            }
        }
        return answers;
    }
}
