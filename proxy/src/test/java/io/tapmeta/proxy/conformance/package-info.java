/**
 * What guests get, as data: records, requests and the answers that Nova would give, under {@code conformance} in the
 * resources; run against the guest connection in process and against the packaged application.
 */
@NullMarked
package io.tapmeta.proxy.conformance;

import org.jspecify.annotations.NullMarked;
