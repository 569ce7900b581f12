/* wake: a program of two threads, one of which wakes the other. */
#ifndef CONSUMER_WAKE_H
#define CONSUMER_WAKE_H

/* wake_another returns the number of observations made of the waker when the event came, negative
 * when it did not come. */
int wake_another(void);

#endif
