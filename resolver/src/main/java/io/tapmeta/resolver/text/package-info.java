/**
 * JSON and YAML texts as values that remember their line, and the reading of typed fields out of
 * them.
 *
 * <p>Owns the one way in which operators' files become data: configuration, instance records and
 * attachments. Every fault of a file is collected, with its line and what was expected. Immutable
 * values, called on whichever thread loads the file.
 */
@NullMarked
package io.tapmeta.resolver.text;

import org.jspecify.annotations.NullMarked;
