/* A plug-in is unloaded while a thread that used it lives, and threads of the library's own. */
#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

static double (*plug)(void);
static pthread_barrier_t used, closed;

static void *use(void *arg)
{
    plug();
    pthread_barrier_wait(&used);
    pthread_barrier_wait(&closed);
    return arg; /* here what the library keeps for this thread is freed */
}

int main(int argc, char **argv)
{
    for (int k = 0; k < 3 && argc > 1; k++) {
        void *library = dlopen(argv[1], RTLD_NOW | RTLD_LOCAL);
        if (!library || !(plug = (double (*)(void))dlsym(library, "plug"))) {
            fprintf(stderr, "%s\n", dlerror());
            return 1;
        }
        pthread_t thread;
        pthread_barrier_init(&used, NULL, 2);
        pthread_barrier_init(&closed, NULL, 2);
        pthread_create(&thread, NULL, use, NULL);
        pthread_barrier_wait(&used);
        dlclose(library);
        pthread_barrier_wait(&closed);
        pthread_join(thread, NULL);
    }
    usleep(100000); /* the pool's threads sleep in the library's code */
    return 0;
}
