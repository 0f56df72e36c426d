package drds.mysql;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A character set that statements are written in (character_set_client). Text read with {@link #decode} and written with
 * {@link #encode} has the same bytes again, whatever they were: a byte that is no character (raw binary data in a literal) is
 * kept as the lone surrogate U+DC00 + byte.
 */
public final class StatementCharset {
    public static final StatementCharset UTF8 = new StatementCharset("utf8mb4", StandardCharsets.UTF_8);
    public static final StatementCharset BINARY = new StatementCharset("binary", StandardCharsets.ISO_8859_1);

    private static final int RAW = 0xDC00;

    /** MySQL's names and the Java charset that reads them; those that MySQL refuses for clients (ucs2, utf16, utf32) are absent. */
    private static final Map<String, String> JAVA_NAMES = Map.ofEntries(
            Map.entry("utf8mb4", "UTF-8"),
            Map.entry("utf8mb3", "UTF-8"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("ascii", "US-ASCII"),
            Map.entry("binary", "ISO-8859-1"),
            Map.entry("latin2", "ISO-8859-2"),
            Map.entry("latin5", "ISO-8859-9"),
            Map.entry("latin7", "ISO-8859-13"),
            Map.entry("greek", "ISO-8859-7"),
            Map.entry("hebrew", "ISO-8859-8"),
            Map.entry("tis620", "TIS-620"),
            Map.entry("koi8r", "KOI8-R"),
            Map.entry("koi8u", "KOI8-U"),
            Map.entry("cp1250", "windows-1250"),
            Map.entry("cp1251", "windows-1251"),
            Map.entry("cp1256", "windows-1256"),
            Map.entry("cp1257", "windows-1257"),
            Map.entry("cp850", "IBM850"),
            Map.entry("cp852", "IBM852"),
            Map.entry("cp866", "IBM866"),
            Map.entry("macroman", "x-MacRoman"),
            Map.entry("macce", "x-MacCentralEurope"),
            Map.entry("gbk", "GBK"),
            Map.entry("gb2312", "GB2312"),
            Map.entry("gb18030", "GB18030"),
            Map.entry("big5", "Big5"),
            Map.entry("sjis", "Shift_JIS"),
            Map.entry("cp932", "windows-31j"),
            Map.entry("ujis", "EUC-JP"),
            Map.entry("eucjpms", "x-eucJP-Open"),
            Map.entry("euckr", "EUC-KR"));

    private final String name;
    private final Charset charset;
    private final boolean asciiIsPlain;

    private StatementCharset(String name, Charset charset) {
        this.name = name;
        this.charset = charset;
        this.asciiIsPlain =
                charset.equals(StandardCharsets.UTF_8) || charset.newEncoder().maxBytesPerChar() == 1;
    }

    /** The character set with MySQL's name, in any case; null if statements can't be written in it here. */
    public static @Nullable StatementCharset of(String mysqlName) {
        String lower = mysqlName.toLowerCase(Locale.ROOT);
        if (lower.equals(UTF8.name)) {
            return UTF8;
        }
        String javaName = JAVA_NAMES.get(lower);
        return javaName == null || !Charset.isSupported(javaName)
                ? null
                : new StatementCharset(lower, Charset.forName(javaName));
    }

    /** MySQL's name in lower case. */
    public String name() {
        return name;
    }

    /** Whether every byte below 128 stands for its ASCII character wherever it occurs (not so in GBK, Big5, Shift JIS). */
    public boolean asciiIsPlain() {
        return asciiIsPlain;
    }

    /** Whether these bytes are the same text in utf8mb4: they are in it, or are ASCII only. */
    public boolean sameInUtf8(byte[] bytes) {
        return this == UTF8 || asciiIsPlain && isAscii(bytes);
    }

    public static boolean isAscii(byte[] bytes) {
        int all = 0;
        for (byte one : bytes) {
            all |= one;
        }
        return all >= 0;
    }

    public String decode(byte[] bytes) {
        String text = new String(bytes, charset);
        return isWhole(text, bytes) ? text : decodeWithRawBytes(bytes);
    }

    /** Whether the text has the same bytes again; UTF-8 and ISO-8859-1 need no look unless a character was replaced. */
    private boolean isWhole(String text, byte[] bytes) {
        boolean exact = charset.equals(StandardCharsets.UTF_8) || charset.equals(StandardCharsets.ISO_8859_1);
        return exact && text.indexOf('\uFFFD') < 0 || Arrays.equals(text.getBytes(charset), bytes);
    }

    public byte[] encode(String text) {
        return hasRawBytes(text) ? encodeWithRawBytes(text) : text.getBytes(charset);
    }

    private static boolean hasRawBytes(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (c >= RAW + 0x80 && c <= RAW + 0xFF) {
                return true;
            }
        }
        return false;
    }

    /** One character after the other; a byte that begins none, or one that would be written differently, is kept raw. */
    private String decodeWithRawBytes(byte[] bytes) {
        CharsetDecoder decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        StringBuilder text = new StringBuilder(bytes.length);
        int position = 0;
        while (position < bytes.length) {
            int length = characterLength(bytes, position, decoder, text);
            if (length == 0) {
                text.append((char) (RAW + (bytes[position] & 0xFF)));
                length = 1;
            }
            position += length;
        }
        return text.toString();
    }

    /** Appends the character at the position and gives its length in bytes, 0 if there is none. */
    private int characterLength(byte[] bytes, int position, CharsetDecoder decoder, StringBuilder text) {
        for (int length = 1; length <= 4 && position + length <= bytes.length; length++) {
            CharBuffer out = CharBuffer.allocate(4);
            decoder.reset();
            if (decoder.decode(ByteBuffer.wrap(bytes, position, length), out, true)
                    .isUnderflow()) {
                String character = out.flip().toString();
                byte[] again = character.getBytes(charset);
                if (Arrays.equals(again, 0, again.length, bytes, position, position + length)) {
                    text.append(character);
                    return length;
                }
            }
        }
        return 0;
    }

    private byte[] encodeWithRawBytes(String text) {
        CharsetEncoder encoder = charset.newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer in = CharBuffer.wrap(text);
        ByteArrayOutputStream whole = new ByteArrayOutputStream(text.length() + 16);
        ByteBuffer out = ByteBuffer.allocate(8192);
        while (true) {
            CoderResult result = encoder.encode(in, out, true);
            whole.write(out.array(), 0, out.position());
            out.clear();
            if (result.isUnderflow()) {
                encoder.flush(out);
                whole.write(out.array(), 0, out.position());
                return whole.toByteArray();
            }
            if (result.isError()) {
                for (int i = 0; i < result.length(); i++) {
                    whole.write(in.get() & 0xFF);
                }
                encoder.reset();
            }
        }
    }
}
