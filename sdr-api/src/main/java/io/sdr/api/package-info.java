/** The nouns and verbs of disaster recovery, for those who protect and recover virtual machines. */
package io.sdr.api;
